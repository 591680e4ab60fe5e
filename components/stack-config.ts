import * as pulumi from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime";
import { ownValues } from "../input/stack/config";
import { parseConfigText, stackFile } from "../input/stack/config-file";
import type { InferenceStackArgs } from "./args";

/** What a program gives, and no config file can. */
const PROGRAM_ONLY: readonly (keyof InferenceStackArgs)[] = ["before", "capacity", "transform", "configFile"];

/**
 * The config of the selected Pulumi stack, as the arguments of an `InferenceStack`: the engine's values, and the file that the
 * user wrote them in. What they may be is checked there.
 *
 * @throws pulumi.RunError for a key that only a program can give
 */
export function stackConfig(): InferenceStackArgs {
  const entries = Object.entries(ownValues(allConfig()));
  const wrong = PROGRAM_ONLY.filter((key) => entries.some(([name]) => name === key));
  if (wrong.length > 0) {
    throw new pulumi.RunError(`${wrong.map((key) => `mlendpoints:${key}`).join(", ")}: no key of a stack's config`);
  }
  const values = Object.fromEntries(entries.map(([key, text]) => [key, parseConfigText(text)]));
  // Whether they have the right shape is what the schema of the config tells, with every fault at once.
  return { ...(values as unknown as InferenceStackArgs), configFile: stackFile(pulumi.getStack()) };
}
