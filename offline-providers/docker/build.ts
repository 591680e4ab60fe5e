import { stripVTControlCharacters } from "node:util";
import type Docker from "dockerode";
import { dockerMessage } from "../../docker-connection/explain";
import { ProviderError } from "../common/errors";
import type { Context } from "../common/provider";
import { type BuildContext, dockerfileName, packBuildContext } from "./build-context";
import type { DockerEngine } from "./engine";
import { orCancelled } from "./until";

/** How many lines of the build's output an error shows: enough for a failing pip or apt line and its cause. */
const LAST_LINES = 25;

/** How much of a build step the progress line shows. */
const STEP_CHARACTERS = 100;

interface BuildLine {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
  readonly aux?: { readonly ID?: string };
}

/**
 * Builds an image with the engine's first-generation builder, which needs nothing on this machine but the engine itself.
 * Returns the image's id. Each step is shown while it runs; a failure carries the end of the output.
 */
export async function buildImage(
  engine: DockerEngine,
  files: BuildContext,
  options: Docker.ImageBuildOptions,
  context: Context,
): Promise<string> {
  const lines: string[] = [];
  let failure: string | undefined;
  let id: string | undefined;
  const show = (line: BuildLine): void => {
    if (line.error !== undefined) {
      failure = line.error.trim();
    }
    if (line.aux?.ID !== undefined) {
      id = line.aux.ID;
    }
    for (const text of stripVTControlCharacters(line.stream ?? line.status ?? "").split(/[\r\n]+/)) {
      if (text.trim() === "") {
        continue;
      }
      lines.push(text.trimEnd());
      if (lines.length > LAST_LINES) {
        lines.shift();
      }
      if (text.startsWith("Step ")) {
        context.status(shorten(text.trim()));
      }
    }
  };
  try {
    const stream = await engine.api.buildImage(packBuildContext(files), {
      ...options,
      dockerfile: dockerfileName(files),
      abortSignal: context.signal,
    });
    const finished = new Promise<void>((resolve, reject) => {
      engine.api.modem.followProgress(stream, (error: Error | null) => (error ? reject(error) : resolve()), show);
    });
    await orCancelled(finished, context.signal);
  } catch (error) {
    if (error instanceof ProviderError || failure === undefined) {
      throw error;
    }
  }
  const name = Array.isArray(options.t) ? options.t[0] : options.t;
  if (failure !== undefined) {
    throw new ProviderError(buildFailure(String(name), files, failure, lines));
  }
  if (id === undefined) {
    throw new ProviderError(`the build of ${String(name)} ended without an image`);
  }
  return id;
}

function buildFailure(name: string, files: BuildContext, failure: string, lines: readonly string[]): string {
  const hint = /unknown flag: mount|the --(mount|chmod|link) option requires BuildKit/i.test(failure)
    ? "\nThe Dockerfile needs BuildKit; this offline provider uses the engine's first-generation builder."
    : "";
  return `the build of ${name} from ${files.dockerfile} failed: ${dockerMessage({ message: failure })}${hint}\n${lines.join("\n")}`;
}

/** A RUN line can be a small program; the start of it tells how far the build is. */
function shorten(step: string): string {
  return step.length > STEP_CHARACTERS ? `${step.slice(0, STEP_CHARACTERS - 1)}…` : step;
}
