import { execFileSync } from "node:child_process";

export interface StackOutputs {
  readonly scoringUris: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, { readonly primary: string; readonly secondary: string }>>;
}

/** The outputs of a stack; secrets only when they are asked for. */
export function stackOutputs(stack: string, secrets: "with keys" | "without keys"): StackOutputs {
  const reveal = secrets === "with keys" ? ["--show-secrets"] : [];
  const text = execFileSync("engine/pulumi.sh", ["stack", "output", "--stack", stack, "--json", ...reveal], {
    encoding: "utf8",
  });
  return JSON.parse(text) as StackOutputs;
}
