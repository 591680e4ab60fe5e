import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { EndpointKeys, RoutingTable } from "../../plan/routing-table";
import type { RouterPlan } from "../../plan/stack-plan";
import { compileKeys, compileRouter } from "../../router";
import { failIfRefused } from "./failure";
import type { DockerHost } from "./host";
import { HARDENED } from "./instances";
import { labels } from "./labels";

export interface RouterContainerArgs {
  readonly plan: RouterPlan;
  readonly routing: RoutingTable;
  readonly host: DockerHost;
  /** The keys of each endpoint. */
  readonly keys: pulumi.Output<EndpointKeys>;
  /** Routes are switched when all of these have resolved. */
  readonly ready: readonly pulumi.Output<boolean>[];
}

/** Port of the router inside its container. */
const LISTENER_PORT = 8080;

/** Longest request that a drain waits for: Azure's own ceiling for a request (how-to-manage-quotas). */
const DRAIN_SECONDS = 180;

/**
 * The router on a Docker host. Its container mentions nothing that a config change touches, so no such change restarts
 * it: the config lives on a volume, and a short-lived container of the same image puts it there and sees it accepted.
 */
export class RouterContainer {
  /** Content hash of the routes. The update fails unless the router accepts them. */
  readonly version: string;
  /** Whether the router has taken them over. Fails when something failed before it was asked. */
  readonly accepted: pulumi.Output<boolean>;

  constructor(name: string, args: RouterContainerArgs, parent: pulumi.Resource) {
    const { host, plan, routing } = args;
    const prefix = `mlendpoints-${host.stack}-${name}`;
    const config = new docker.Volume(`${name}-config`, { name: `${prefix}-config` }, { parent });
    const run = new docker.Volume(`${name}-run`, { name: `${prefix}-run` }, { parent });
    const image = host.routerImage.name;
    const router = new docker.Container(
      name,
      {
        name: prefix,
        image,
        ports: [{ internal: LISTENER_PORT, external: plan.port, ip: plan.host }],
        volumes: [
          { volumeName: config.name, containerPath: "/etc/router/live" },
          { volumeName: run.name, containerPath: "/run/router" },
        ],
        networksAdvanced: [{ name: host.network.name }],
        labels: labels(host.stack, { role: "router" }),
        restart: "unless-stopped",
        destroyGraceSeconds: DRAIN_SECONDS,
        ...HARDENED,
      },
      { parent, dependsOn: [host.routerImage] },
    );
    const files = compileRouter(routing);
    const keys = args.keys.apply((known) => compileKeys(routing, known));
    const apply = new docker.Container(
      `${name}-apply`,
      {
        name: `${prefix}-apply`,
        image,
        entrypoints: ["router-apply"],
        command: ["--drain-seconds", String(DRAIN_SECONDS)],
        uploads: [
          { file: "/staging/rds.json", content: files.rds },
          { file: "/staging/cds.json", content: files.cds },
          { file: "/staging/ecds-keys.json", content: keys },
        ],
        volumes: [
          { volumeName: config.name, containerPath: "/etc/router/live" },
          { volumeName: run.name, containerPath: "/run/router" },
        ],
        networksAdvanced: [{ name: host.network.name }],
        labels: labels(host.stack, { role: "apply" }),
        attach: true,
        logs: true,
        mustRun: false,
        ...HARDENED,
        // The engine refuses uploads into a read-only container; this one lives for a second.
        readOnly: false,
      },
      // Routes may name an instance only when its gate has opened.
      { parent, dependsOn: pulumi.all([...args.ready]).apply(() => [router]) },
    );
    this.version = files.version;
    // An output of its own: what catches its failure must not take it away from the update.
    this.accepted = apply.exitCode.apply((exitCode) => exitCode === 0);
    failIfRefused(apply);
  }
}
