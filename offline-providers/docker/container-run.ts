import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import { ProviderError } from "../common/errors";
import type { Fields } from "../common/fields";
import type { Context } from "../common/provider";
import { explainPortConflict } from "./port-conflict";
import { orCancelled, until } from "./until";

const LAST_LINES = 20;

/** Starts the container and, if the program asked, waits until it is healthy. */
export async function startContainer(
  api: Docker,
  container: Docker.Container,
  fields: Fields,
  context: Context,
): Promise<void> {
  try {
    await container.start();
  } catch (error) {
    throw (await explainPortConflict(api, error)) ?? error;
  }
  if (fields.flag("wait")) {
    await waitUntilHealthy(container, fields, context);
  }
}

async function waitUntilHealthy(container: Docker.Container, fields: Fields, context: Context): Promise<void> {
  const seconds = fields.number("waitTimeout");
  const name = fields.text("name");
  let last = "";
  context.status(`waiting up to ${seconds} s for ${name} to be healthy`);
  const healthy = await until(
    async () => {
      const { State: state } = await container.inspect();
      if (state.Health === undefined) {
        throw new ProviderError(
          `container ${name}: wait is set, but there is no health check to wait for; add healthcheck`,
        );
      }
      last = state.Health.Log?.at(-1)?.Output?.trim() ?? "";
      return state.Health.Status === "healthy" ? true : undefined;
    },
    seconds * 1000,
    context.signal,
  );
  if (healthy === true) {
    return;
  }
  const output = await lastOutput(container, fields);
  const check = last === "" ? "" : `\nLast answer of the health check: ${last}`;
  throw new ProviderError(`container ${name} was not healthy after ${seconds} s.${check}${output}`);
}

/** Waits for the end of the container's program. Returns what it wrote when `logs` is set. */
export async function attachContainer(
  api: Docker,
  container: Docker.Container,
  fields: Fields,
  context: Context,
): Promise<string | undefined> {
  const logs = fields.flag("logs") ? collectLogs(api, container, fields.flag("tty"), true) : undefined;
  // A failure here must not surface later as an unhandled rejection while the wait below is still on.
  logs?.catch(() => undefined);
  await orCancelled(container.wait(), context.signal);
  return logs;
}

async function collectLogs(
  api: Docker,
  container: Docker.Container,
  tty: boolean,
  follow: boolean,
  tail?: number,
): Promise<string> {
  const options = { stdout: true, stderr: true, ...(tail === undefined ? {} : { tail }) };
  const out = new PassThrough();
  const chunks: Buffer[] = [];
  out.on("data", (chunk: Buffer) => chunks.push(chunk));
  if (!follow) {
    // Without follow the client library hands over a buffer, not a stream.
    const stream = new PassThrough();
    const ended = new Promise<void>((resolve) => stream.once("end", resolve));
    if (tty) {
      stream.pipe(out);
    } else {
      api.modem.demuxStream(stream, out, out);
    }
    stream.end(await container.logs({ ...options, follow: false }));
    await ended;
  } else {
    const stream = await container.logs({ ...options, follow: true });
    if (tty) {
      stream.pipe(out);
    } else {
      api.modem.demuxStream(stream, out, out);
    }
    await new Promise<void>((resolve, reject) => {
      stream.once("end", resolve);
      stream.once("close", resolve);
      stream.once("error", reject);
    });
  }
  await new Promise((resolve) => setImmediate(resolve));
  return Buffer.concat(chunks).toString("utf8");
}

/** The end of what the container wrote, as an appendix to an error; empty when it wrote nothing. */
async function lastOutput(container: Docker.Container, fields: Fields): Promise<string> {
  const api = { modem: container.modem } as Docker;
  const text = await collectLogs(api, container, fields.flag("tty"), false, LAST_LINES).catch(() => "");
  return text.trim() === "" ? "" : `\nIts last output:\n${text.trimEnd()}`;
}
