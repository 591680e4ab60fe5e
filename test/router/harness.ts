import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { envoyBinary } from "../../engine/envoy-wheel";
import type {
  DeploymentInstances,
  DeploymentRoute,
  EndpointKeys,
  EndpointRoutes,
  InstanceAddress,
  RoutingTable,
} from "../../plan/routing-table";
import { compileBootstrap, compileRouter, compileSecrets } from "../../router";
import { FEATURES, type RouterFeature } from "../../router/features";
import { compileManifest } from "../../router/manifest";
import type { Model } from "./model";

export const DOMAIN = "ml.test";
const IMAGE = path.resolve(__dirname, "../../router-image");

/** Resolves when the condition holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 15): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new Error(`not within ${seconds} s: ${what}`);
    }
    await delay(10);
  }
}

/** All of them run. */
export function instancesOf(models: readonly { readonly address: InstanceAddress }[]): DeploymentInstances {
  return { addresses: models.map((model) => model.address), running: models.length };
}

export function deployment(
  name: string,
  models: readonly Model[],
  more: Partial<DeploymentRoute> = {},
): DeploymentRoute {
  return {
    name,
    backend: `${name}-${models.map((model) => model.address.port).join("-")}`,
    instances: instancesOf(models),
    requestTimeoutMs: 5000,
    maxConcurrentRequestsPerInstance: 50,
    readiness: {
      port: models[0]!.address.port,
      path: "/health",
      initialDelaySeconds: 0,
      periodSeconds: 1,
      timeoutSeconds: 1,
      successThreshold: 1,
      failureThreshold: 2,
    },
    ...more,
  };
}

export function endpoint(
  name: string,
  traffic: Readonly<Record<string, number>>,
  deployments: readonly DeploymentRoute[],
  more: Partial<EndpointRoutes> = {},
): EndpointRoutes {
  const payloadLimitBytes = 1024 * 1024;
  const unique = deployments.map((each) => ({ ...each, backend: `${name}-${each.backend}` }));
  return { name, kind: "managed", auth: { mode: "key" }, deployments: unique, traffic, payloadLimitBytes, ...more };
}

export function tableOf(...endpoints: EndpointRoutes[]): RoutingTable {
  return { stack: "test", domain: DOMAIN, endpoints };
}

export function keysOf(table: RoutingTable, suffix = ""): EndpointKeys {
  return Object.fromEntries(
    table.endpoints.map(({ name }) => [
      name,
      { primary: `${name}-first${suffix}`, secondary: `${name}-second${suffix}` },
    ]),
  );
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) {
    child.kill();
  }
});

/** A program of the router's image, as a process. Ends with the tests at the latest. */
export class Program {
  output = "";
  readonly ended: Promise<Ended>;
  readonly #process: ChildProcess;

  constructor(name: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#process = spawn("python3", ["-B", path.join(IMAGE, name), ...args], { env: { ...process.env, ...env } });
    running.add(this.#process);
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
    this.ended = once(this.#process, "close").then(([code]) => {
      running.delete(this.#process);
      return { code, output: this.output };
    });
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }
}

export interface Call {
  readonly endpoint: string;
  /** @default "/score" */
  readonly path?: string;
  /** By host name, or by path on another host. @default "host" */
  readonly by?: "host" | "path";
  /** @default the endpoint's primary key */
  readonly key?: string | null;
  readonly deployment?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Sends the body without its length. */
  readonly chunked?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface RouterStatus {
  readonly endpoints: Readonly<Record<string, string>>;
  readonly accepted: boolean;
  readonly backends: Readonly<Record<string, { readonly ready: number; readonly instances: number }>>;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** What `router-apply` is handed for a table. */
export function stagedFiles(
  table: RoutingTable,
  keys: EndpointKeys = keysOf(table),
  features: readonly RouterFeature[] = FEATURES,
): Record<string, string> {
  const compiled = compileRouter(table, features);
  const secrets = Object.entries(compileSecrets(table, keys, features));
  return {
    "table.json": compiled.table,
    ...Object.fromEntries(compiled.fragments.map(({ endpoint: name, text }) => [`endpoints/${name}.json`, text])),
    ...Object.fromEntries(secrets.map(([name, text]) => [`endpoints/${name}.secret.json`, text])),
  };
}

/** A router in a folder of its own: entry point, Envoy, volumes. */
export class Router {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-router-"));
  readonly #agent = new http.Agent({ keepAlive: true });
  #program: Program | undefined;

  private constructor(
    readonly port: number,
    readonly envoy: string,
    private readonly features: readonly RouterFeature[],
  ) {}

  static async start(table?: RoutingTable, features: readonly RouterFeature[] = FEATURES): Promise<Router> {
    const router = new Router(await freePort(), await envoyBinary(() => undefined), features);
    const folders = { live: router.folder("live"), run: router.folder("run"), staging: router.folder("staging") };
    for (const folder of [...Object.values(folders), path.join(folders.staging, "endpoints")]) {
      mkdirSync(folder);
    }
    const bootstrap = compileBootstrap({ address: "127.0.0.1", port: router.port, folders, features });
    writeFileSync(router.folder("bootstrap.json"), bootstrap);
    writeFileSync(router.folder("manifest.json"), compileManifest(folders, features));
    await router.boot();
    if (table !== undefined) {
      const { code, output } = await router.apply(table);
      if (code !== 0) {
        await router.stop();
        throw new Error(`apply failed:\n${output}\n${router.log}`);
      }
    }
    return router;
  }

  async boot(): Promise<void> {
    this.#program = new Program("entrypoint", [], { ...this.env, ROUTER_DRAIN_SECONDS: "10" });
    const program = this.#program;
    await until("router is up", async () => {
      if (!program.running) {
        throw new Error(`the router ended:\n${program.output}`);
      }
      return (await this.admin("GET", "/ready").catch(() => "")).startsWith("LIVE");
    });
  }

  folder(name: string): string {
    return path.join(this.#folder, name);
  }

  get env(): Readonly<Record<string, string>> {
    return {
      ROUTER_ENVOY: this.envoy,
      ROUTER_CONFIG: this.#folder,
    };
  }

  /** All that Envoy and the entry point have written. */
  get log(): string {
    return this.#program?.output ?? "";
  }

  /** Text of each file on the volume, by path. */
  live(): Readonly<Record<string, string>> {
    const names = filesBelow(this.folder("live"));
    return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(this.folder("live"), name), "utf8")]));
  }

  staged(): string[] {
    return filesBelow(this.folder("staging"));
  }

  stage(table: RoutingTable, keys: EndpointKeys = keysOf(table)): void {
    this.stageFiles(stagedFiles(table, keys, this.features));
  }

  stageFiles(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(path.join(this.folder("staging"), name), text);
    }
  }

  /** What the router says of itself. */
  async status(): Promise<RouterStatus> {
    const { code, output } = await new Program("router-status", [], this.env).ended;
    if (code !== 0) {
      throw new Error(output);
    }
    return JSON.parse(output);
  }

  /** What is staged is put in place by a process. */
  startApply(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Program {
    return new Program("router-apply", args, { ...this.env, ...env });
  }

  async apply(table: RoutingTable, keys?: EndpointKeys, args: readonly string[] = []): Promise<Ended> {
    this.stage(table, keys);
    return this.startApply(args).ended;
  }

  async admin(method: string, resource: string): Promise<string> {
    const socketPath = path.join(this.folder("run"), "admin.sock");
    return (await send({ socketPath, method, path: resource })).body;
  }

  async stat(name: string): Promise<number> {
    const text = await this.admin("GET", `/stats?filter=${encodeURIComponent(`^${name.replaceAll(".", "\\.")}$`)}`);
    return Number(text.split(": ")[1] ?? Number.NaN);
  }

  async call(call: Call): Promise<Answer> {
    const { endpoint: name, path: resource = "/score", by = "host", key = `${name}-first`, body } = call;
    return send(
      {
        host: "127.0.0.1",
        port: this.port,
        agent: this.#agent,
        method: body === undefined ? "GET" : "POST",
        path: by === "path" ? `/api/v1/endpoint/${name}${resource}` : resource,
        headers: {
          host: by === "path" ? "localhost" : `${name}.${DOMAIN}`,
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...(call.deployment === undefined ? {} : { "azureml-model-deployment": call.deployment }),
          ...(body === undefined
            ? {}
            : call.chunked
              ? { "transfer-encoding": "chunked" }
              : { "content-length": Buffer.byteLength(body) }),
          ...call.headers,
        },
      },
      body,
    );
  }

  /** Ends it as `docker stop` does. */
  async shutDown(): Promise<Ended> {
    this.#program?.signal("SIGTERM");
    return (await this.#program?.ended) ?? { code: null, output: "" };
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    if (this.#program?.running) {
      await this.admin("POST", "/quitquitquit").catch(() => undefined);
      await this.#program.ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function send(options: http.RequestOptions, body?: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, body: Buffer.concat(chunks).toString() });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Runs `work` `times` times, at most `atOnce` at a time. */
export async function repeat<T>(times: number, atOnce: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < times) {
      const index = next++;
      results[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

/** How often each value occurs. */
export function tally(values: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) {
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}
