// Pulumi built from published Go modules, for machines that reach only package registries.
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { repoRoot } from "./cache";
import { run } from "./run";
import type { Say } from "./step";

const MODULES = "github.com/pulumi/pulumi";

/**
 * What is built and how; its hash is part of the cache key.
 * - `hostVersion`: the last release that has the Node language host inside the tagged SDK module.
 * - `replace`: a fork that a `replace` in Pulumi's own go.mod names; a module that uses Pulumi's must repeat it.
 */
export const GO_RECIPE = {
  revision: 1,
  hostVersion: "3.68.0",
  replace: "github.com/atotto/clipboard=github.com/tgummerer/clipboard@v0.0.0-20241001131231-d02d263e614e",
  // No C compiler, no host name look-ups through libc, and 20 MB less from gRPC's tracing.
  tags: "osusergo,grpcnotrace",
} as const;

/** The script for dynamic providers that the npm package ships; the engine looks for it on PATH. */
const DYNAMIC = "pulumi-resource-pulumi-nodejs";

/** Fills `dir` with pulumi, pulumi-language-nodejs and the dynamic-provider script. */
export async function buildPulumi(version: string, dir: string, work: string, say: Say): Promise<void> {
  mkdirSync(dir, { recursive: true });
  say(`building Pulumi ${version} from Go modules: about 4 minutes on 2 cores the first time, once per user`);
  await buildOne({
    work: path.join(work, "cli"),
    get: [`${MODULES}/pkg/v3/cmd/pulumi@v${version}`, `${MODULES}/sdk/v3@v${version}`],
    target: `${MODULES}/pkg/v3/cmd/pulumi`,
    output: path.join(dir, "pulumi"),
    version,
    say,
  });
  await buildOne({
    work: path.join(work, "host"),
    get: [`${MODULES}/sdk/v3/nodejs/cmd/pulumi-language-nodejs@v${GO_RECIPE.hostVersion}`],
    target: `${MODULES}/sdk/v3/nodejs/cmd/pulumi-language-nodejs`,
    output: path.join(dir, "pulumi-language-nodejs"),
    version: GO_RECIPE.hostVersion,
    say,
  });
  copyFileSync(path.join(repoRoot, "node_modules", "@pulumi", "pulumi", DYNAMIC), path.join(dir, DYNAMIC));
  chmodSync(path.join(dir, DYNAMIC), 0o755);
}

interface Build {
  readonly work: string;
  readonly get: readonly string[];
  readonly target: string;
  readonly output: string;
  readonly version: string;
  readonly say: Say;
}

/** One module per program: the two need different releases of the same SDK. */
async function buildOne(build: Build): Promise<void> {
  const name = path.basename(build.output);
  const env = { GOTOOLCHAIN: "local", GOFLAGS: "-mod=mod", CGO_ENABLED: "0" };
  const go = (args: readonly string[], what: string) =>
    run("go", args, { cwd: build.work, env, progress: { what: `${what} ${name}`, say: build.say } });
  mkdirSync(build.work);
  await go(["mod", "init", "tools"], "preparing");
  await go(["mod", "edit", "-replace", GO_RECIPE.replace], "preparing");
  await go(["get", ...build.get], "downloading the modules of");
  const stamp = `-s -w -X ${MODULES}/sdk/v3/go/common/version.Version=v${build.version}`;
  const options = ["-trimpath", "-tags", GO_RECIPE.tags, "-ldflags", stamp, "-o", build.output];
  await go(["build", ...options, build.target], "compiling");
}
