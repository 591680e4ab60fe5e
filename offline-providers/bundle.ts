import { join } from "node:path";
import { build } from "esbuild";

/** The plug-ins that can be served without the official ones. */
export type OfflineProviderName = "docker" | "random";

/**
 * Packs a provider with all it needs into one file of plain JavaScript: a plug-in starts at every `pulumi` command, and
 * one packed file starts several times faster than TypeScript that is compiled on the way.
 */
export async function bundleProvider(name: OfflineProviderName, outfile: string): Promise<void> {
  await build({
    entryPoints: [join(__dirname, name, "main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // Names stay readable in a crash report; size hardly matters on a local disk.
    minifySyntax: true,
    legalComments: "none",
    logLevel: "silent",
    // ssh2 asks for these compiled add-ons and does without them.
    external: ["cpu-features", "*.node"],
  });
}
