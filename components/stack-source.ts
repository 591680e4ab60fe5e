import * as pulumi from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime";
import { ownValues } from "../input/stack/config";
import { parseConfigText, stackFile } from "../input/stack/config-file";
import type { StackSource } from "../input/stack/load";

/** The config of the selected stack: the engine's values, and the file that the user wrote them in. */
export function stackSource(): StackSource {
  const entries = Object.entries(ownValues(allConfig()));
  return {
    file: stackFile(pulumi.getStack()),
    values: Object.fromEntries(entries.map(([key, text]) => [key, parseConfigText(text)])),
  };
}
