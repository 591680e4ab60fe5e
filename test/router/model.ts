import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { InstanceAddress } from "../../plan/routing-table";

export interface ModelOptions {
  readonly name?: string;
  /** Closes the connection after each answer, as Gunicorn's synchronous workers do. */
  readonly closes?: boolean;
  /** @default any that is free */
  readonly port?: number;
}

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly bytes: number;
}

/**
 * One instance of a deployment, on loopback. Answers its name; `/hold` answers after {@link release}; a header
 * `x-answer` sets the status and `x-cut` ends the connection without an answer.
 */
export class Model {
  readonly seen: Seen[] = [];
  /** Status that the probe gets. */
  health = 200;
  /** So many probes fail before that. */
  failNext = 0;
  working = 0;
  mostWorking = 0;
  #held: (() => void)[] = [];
  readonly #server: http.Server;

  private constructor(
    readonly name: string,
    readonly address: InstanceAddress,
    server: http.Server,
  ) {
    this.#server = server;
  }

  static async start(host: string, options: ModelOptions = {}): Promise<Model> {
    const server = http.createServer({ keepAliveTimeout: 60_000 });
    server.listen(options.port ?? 0, host);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const model = new Model(options.name ?? host, { host, port }, server);
    server.on("request", (request, response) => model.#answer(request, response, options.closes ?? false));
    return model;
  }

  get held(): number {
    return this.#held.length;
  }

  release(): void {
    for (const go of this.#held.splice(0)) {
      go();
    }
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) {
      return;
    }
    this.release();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse, closes: boolean): Promise<void> {
    if (closes) {
      response.setHeader("connection", "close");
    }
    if (request.url === "/health") {
      const status = this.failNext > 0 ? 500 : this.health;
      this.failNext = Math.max(0, this.failNext - 1);
      response.writeHead(status).end(`probe ${status}`);
      return;
    }
    this.working += 1;
    this.mostWorking = Math.max(this.mostWorking, this.working);
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on("error", () => undefined);
    response.on("close", () => {
      this.working -= 1;
    });
    await once(request, "end").catch(() => undefined);
    const { method, url, headers } = request;
    this.seen.push({ method: method ?? "", url: url ?? "", headers, bytes });
    if (url === "/hold") {
      await new Promise<void>((go) => this.#held.push(go));
    }
    if (headers["x-cut"] !== undefined) {
      request.socket.destroy();
      return;
    }
    response.writeHead(Number(headers["x-answer"] ?? 200), { "content-type": "text/plain" }).end(this.name);
  }
}
