// The official Pulumi release, checked against its published checksums.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { PULUMI_DOWNLOADS } from "./reachable";
import { run } from "./run";
import { EngineError, type Say } from "./step";

/** Fills `dir` with the programs of the release. */
export async function downloadPulumi(version: string, dir: string, work: string, say: Say): Promise<void> {
  const name = `pulumi-v${version}-${process.platform}-${process.arch === "x64" ? "x64" : "arm64"}.tar.gz`;
  const base = `${PULUMI_DOWNLOADS}/releases/sdk`;
  const archive = path.join(work, name);
  const fetchOptions = ["--silent", "--show-error", "--fail", "--location", "--connect-timeout", "10"];
  say(`downloading ${base}/${name} (about 100 MB)`);
  const sums = await run("curl", [...fetchOptions, `${base}/pulumi-${version}-checksums.txt`]);
  await run("curl", [...fetchOptions, "--output", archive, `${base}/${name}`], {
    progress: { what: "downloading Pulumi", say },
  });
  verifyChecksum(name, readFileSync(archive), sums);
  mkdirSync(dir, { recursive: true });
  await run("tar", ["-xzf", archive, "-C", dir, "--strip-components=1"]);
}

/** `sums` has lines `<sha256>  <file name>`. A file that is not listed is as bad as a wrong one. */
export function verifyChecksum(file: string, content: Buffer, sums: string): void {
  const listed = sums
    .split("\n")
    .map((line) => line.trim().split(/\s+\*?/))
    .find(([, name]) => name !== undefined && path.basename(name) === file)?.[0];
  const actual = createHash("sha256").update(content).digest("hex");
  if (listed?.toLowerCase() === actual) {
    return;
  }
  throw new EngineError(
    `${file} has the checksum ${actual}, published is ${listed ?? "none"}: the download is damaged or not Pulumi's`,
    "try again; if it stays so, install Pulumi by hand: https://www.pulumi.com/docs/install",
  );
}
