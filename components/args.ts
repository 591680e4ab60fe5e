import type { z } from "zod";
import type { StackConfigSchema } from "../input/stack/config";
import type { Former } from "../plan/deployed";
import type { HostCapacity } from "../plan/plan-context";
import type { Transforms } from "./platforms";

/** All keys of a stack's config, as in `Pulumi.<stack>.yaml` below `mlendpoints:`. */
type Config = z.input<typeof StackConfigSchema>;

/**
 * What an `InferenceStack` is made of: the keys of a stack's config, and what only a program can give. Plain values, since a
 * preview decides with them: of a secret, give what `config.require` returns.
 *
 * Relative paths start at the program's folder. Every key, its unit, default and range: docs/reference.md.
 *
 * @example
 * new InferenceStack("shop", {
 *   endpoints: [{ file: "shop/endpoint.yml", deployments: ["shop/blue.yml"], traffic: { blue: 100 } }],
 *   quota: { total: 64 },
 *   router: { port: 8081 },
 * });
 */
export interface InferenceStackArgs {
  /** Where the stack runs. @default "docker" */
  readonly target?: Config["target"];
  /** The endpoint files with their deployment files, and what this stack changes in them: `traffic` in percent, `set`. */
  readonly endpoints: readonly EndpointArgs[];
  /** Whether people depend on the stack: policies are stricter then. @default false */
  readonly production?: boolean;
  /** What may be reserved, in cores. @default no limit */
  readonly quota?: Config["quota"];
  /** Limits of Azure that were raised for you. @default Azure's own */
  readonly limits?: Config["limits"];
  /** VM sizes that Azure's table does not have. @default none */
  readonly vmSizes?: Config["vmSizes"];
  /** Price of one instance per hour by instance type, in one currency. @default the cost is unknown */
  readonly prices?: Config["prices"];
  /** What `azureml:<name>:<version>` means, by name and version. @default nothing is registered */
  readonly models?: Config["models"];
  readonly environments?: Config["environments"];
  readonly code?: Config["code"];
  /** What `azureml://registries/<registry>/…` means. @default no registry is known */
  readonly registries?: Config["registries"];
  /** User-assigned identities that endpoint files name. @default none */
  readonly identities?: Config["identities"];
  /** Roles of the identities, besides those that Azure gives by itself. @default none */
  readonly roleAssignments?: Config["roleAssignments"];
  /** Whether whoever deploys may read the secrets of the connections. @default true */
  readonly deployerMayListSecrets?: boolean;
  /** Workspace connections and key vaults by name. Their values become secrets of the state. @default none */
  readonly connections?: Config["connections"];
  readonly vaults?: Config["vaults"];
  /** Image name (a trailing `*` matches the rest) to the name used instead. @default names as they are */
  readonly images?: Config["images"];
  /** How the Docker host is used. @default instance types are shares of its cores */
  readonly docker?: Config["docker"];
  /** Where endpoints answer. Two stacks on one host need two ports. @default 127.0.0.1, port 8080, domain localhost */
  readonly router?: Config["router"];
  /**
   * What the last update left, as `readDeployed()` or the stack's output `deployed` gives it. Without it everything counts as new
   * in the report, and what has failed is tried again only with `--refresh`. @default nothing is known
   */
  readonly before?: Former;
  /** What the host has, for `docker.sizing: limits`, as `hostCapacity()` gives it. @default it is not checked */
  readonly capacity?: HostCapacity;
  /**
   * Hooks on what is made, by kind: what they return is used instead. Excludes nothing.
   *
   * @default nothing is changed
   * @example { instance: (args) => ({ ...args, memory: 2048, memorySwap: 2048 }) }
   */
  readonly transform?: Transforms;
  /** The file that the config stands in: errors point into it, and relative paths start at its folder. @default none */
  readonly configFile?: string;
}

export interface EndpointArgs {
  /** Path of the endpoint file. */
  readonly file: string;
  /** Deployment files, or objects with `file` and what this stack changes in them. @default none */
  readonly deployments?: Config["endpoints"][number]["deployments"];
  /** Percent by deployment, in place of the endpoint file's. @example { blue: 90, green: 10 } */
  readonly traffic?: Readonly<Record<string, number>>;
  /** Percent of the live traffic that one deployment gets a copy of. @example { green: 10 } */
  readonly mirrorTraffic?: Readonly<Record<string, number>>;
  /** Dotted path to the value that stands there instead. @example { "tags.team": "fraud" } */
  readonly set?: Readonly<Record<string, unknown>>;
}
