import { spawnSync } from "node:child_process";
import path from "node:path";

const ROOT = path.resolve(__dirname, "..");

export interface StackOutputs {
  readonly scoringUris: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, { readonly primary: string; readonly secondary: string }>>;
}

/** The outputs of a stack; secrets only when they are asked for. */
export function stackOutputs(stack: string, secrets: "with keys" | "without keys"): StackOutputs {
  const reveal = secrets === "with keys" ? ["--show-secrets"] : [];
  const args = ["stack", "output", "--stack", stack, "--json", ...reveal];
  const { status, stdout } = spawnSync(path.join(ROOT, "engine/pulumi.sh"), args, {
    encoding: "utf8",
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) {
    // Pulumi has said why.
    process.exit(1);
  }
  return { scoringUris: {}, keys: {}, ...JSON.parse(stdout) };
}
