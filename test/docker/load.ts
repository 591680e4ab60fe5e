import type { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import autocannon from "autocannon";

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly deployment: string;
  /** Which connection it came over: answers of one connection are in the order of their requests. */
  readonly connection: number;
}

export interface LoadResult {
  readonly answers: readonly Answer[];
  readonly rps: number;
  /** Socket errors and time-outs: requests without an answer. */
  readonly lost: number;
  /** What became of the lost ones, by message. */
  readonly faults: Readonly<Record<string, number>>;
  readonly p50: number;
  readonly p99: number;
}

export interface LoadOptions {
  readonly url: string;
  readonly key: string;
  /** Path of the JSON file that is sent. */
  readonly request: string;
  readonly connections: number;
  /** Requests per second of all connections together; as fast as answers come when absent. */
  readonly rate?: number;
  /** Stop after so many requests; else `stop()` ends it. */
  readonly amount?: number;
}

/** A load on a published port of this machine. `stop()` lets every request that is on its way be answered. */
export function startLoad(options: LoadOptions): { readonly done: Promise<LoadResult>; stop(): void } {
  const answers: Answer[] = [];
  const faults: Record<string, number> = {};
  let clients = 0;
  const instance = autocannon({
    url: options.url,
    method: "POST",
    body: readFileSync(options.request),
    headers: { "content-type": "application/json", authorization: `Bearer ${options.key}` },
    connections: options.connections,
    overallRate: options.rate,
    timeout: 60,
    ...(options.amount === undefined ? { duration: 600 } : { amount: options.amount }),
    setupClient: (typed) => {
      // The type lists fewer events than the client has.
      const client: EventEmitter = typed as unknown as EventEmitter;
      const connection = clients++;
      let status = 0;
      let deployment = "";
      client.on("headers", (head: { statusCode: number; headers: string[] }) => {
        status = head.statusCode;
        const at = head.headers.findIndex(
          (header, i) => i % 2 === 0 && header.toLowerCase() === "azureml-model-deployment",
        );
        deployment = at < 0 ? "" : (head.headers[at + 1] ?? "");
      });
      client.on("body", (body: Buffer) => {
        answers.push({ status, deployment, connection, body: body.toString("utf8") });
      });
    },
  });
  (instance as unknown as EventEmitter).on("reqError", (error: Error) => {
    faults[error.message] = (faults[error.message] ?? 0) + 1;
  });
  return {
    stop: () => (instance as unknown as { stop(): void }).stop(),
    done: new Promise((resolve, reject) => {
      instance.then((result) => {
        resolve({
          answers,
          faults,
          rps: answers.length / result.duration,
          lost: result.errors + result.timeouts,
          p50: result.latency.p50,
          p99: result.latency.p99,
        });
      }, reject);
    }),
  };
}

/** How many answers have each value. */
export function count<T>(answers: readonly T[], by: (answer: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    counts[by(answer)] = (counts[by(answer)] ?? 0) + 1;
  }
  return counts;
}

/** Pearson's chi-square of two counts against an expected share of the first, one degree of freedom. */
export function chiSquare(first: number, second: number, share: number): number {
  const total = first + second;
  const expected = total * share;
  return (first - expected) ** 2 / expected + (second - (total - expected)) ** 2 / (total - expected);
}
