import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime";
import { ownValues } from "../spec/stack/config";
import type { StackSource } from "../spec/stack/load";

/** Folder of the stacks' config files, `stackConfigDir` of Pulumi.yaml. */
const STACKS = "stacks";

/** The config of the selected stack: the engine's values, and the file that the user wrote them in. */
export function stackSource(): StackSource {
  const entries = Object.entries(ownValues(allConfig()));
  return {
    file: path.join(STACKS, `Pulumi.${pulumi.getStack()}.yaml`),
    values: Object.fromEntries(entries.map(([key, text]) => [key, parseValue(text)])),
  };
}

/** The engine gives structured values as JSON and plain ones as they are. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
