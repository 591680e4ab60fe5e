import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Role } from "../../plan/docker/names";
import type { DockerPlan } from "../../plan/docker/plan";
import type { StackPlan } from "../../plan/stack-plan";
import { compileRouter, compileSecrets, ROUTER_FOLDERS } from "../../router";
import { child, resourceName } from "../naming";
import type { Application, RouteArgs } from "../platform";
import { settled } from "../settled";
import { HARDENED } from "./containers";
import { removeContainer } from "./engine-client";
import type { DockerHost } from "./host";
import { indent } from "./indent";
import { labels } from "./labels";
import { transformed } from "./transforms";

export interface RouterContainersArgs extends RouteArgs {
  readonly plan: StackPlan;
  readonly docker: DockerPlan;
  readonly host: DockerHost;
}

/** Port of the router inside its container. */
const LISTENER_PORT = 8080;

/** Longest request that a drain waits for: Azure's own ceiling for a request (how-to-manage-quotas). */
const DRAIN_SECONDS = 180;

/**
 * The router on a Docker host. Its container mentions nothing that a config change touches, so no such change restarts
 * it: the config lives on a volume, and a short-lived container of the same image puts it there and sees it accepted.
 */
export class RouterContainers {
  readonly application: pulumi.Output<Application>;
  private readonly args: RouterContainersArgs;
  private readonly parent: pulumi.Resource;
  private readonly volumes: readonly { readonly volumeName: pulumi.Output<string>; readonly containerPath: string }[];

  constructor(args: RouterContainersArgs, parent: pulumi.Resource) {
    this.args = args;
    this.parent = parent;
    const { configVolume, runVolume } = args.docker.router;
    this.volumes = [
      { volumeName: this.volume("config", configVolume).name, containerPath: ROUTER_FOLDERS.live },
      { volumeName: this.volume("run", runVolume).name, containerPath: ROUTER_FOLDERS.run },
    ];
    const apply = this.apply(this.router());
    this.application = applicationOf(apply);
  }

  private volume(role: Role & ("config" | "run"), volume: string): docker.Volume {
    const { host } = this.args;
    const name = resourceName(host.name, "router", role);
    // One from before volumes had labels stays: another one would be empty.
    const options = { ...child(this.parent, "router", role), ignoreChanges: ["labels"] };
    const args = { name: volume, labels: labels(host.stack, role) };
    return new docker.Volume(name, transformed(host.transforms.volume, args, options, name), options);
  }

  private router(): docker.Container {
    const { host, docker: own, plan } = this.args;
    const name = resourceName(host.name, "router");
    const options = { ...child(this.parent, "router"), dependsOn: [host.routerImage] };
    const args: docker.ContainerArgs = {
      name: own.router.name,
      image: host.routerImage.name,
      ports: [{ internal: LISTENER_PORT, external: plan.router.port, ip: plan.router.host }],
      volumes: [...this.volumes],
      networksAdvanced: [{ name: host.network.name }],
      labels: labels(host.stack, "router"),
      restart: "unless-stopped",
      destroyGraceSeconds: DRAIN_SECONDS,
      ...HARDENED,
    };
    return new docker.Container(name, transformed(host.transforms.router, args, options, name), options);
  }

  private apply(router: docker.Container): docker.Container {
    const { host, docker: own, plan, keys, keep } = this.args;
    const { table, fragments } = compileRouter(plan.routing);
    const secrets = keys.apply((known) => compileSecrets(plan.routing, known));
    const { staging } = ROUTER_FOLDERS;
    const attempt = plan.deployed.router?.attempt;
    const name = resourceName(host.name, "router", "apply");
    const options = { ...child(this.parent, "router", "apply"), dependsOn: [router] };
    const args: docker.ContainerArgs = {
      name: own.router.apply,
      image: host.routerImage.name,
      entrypoints: ["router-apply"],
      // Routes may name an instance only when its gate has opened.
      command: keep.apply((names) => [
        ...["--drain-seconds", String(DRAIN_SECONDS)],
        ...names.flatMap((endpoint) => ["--keep", endpoint]),
      ]),
      // Another value is another container: a router that was made anew gets its routes, and what has failed is tried again.
      envs: [pulumi.interpolate`ROUTER=${router.id}`, ...(attempt === undefined ? [] : [`ATTEMPT=${attempt}`])],
      uploads: [
        { file: `${staging}/table.json`, content: table },
        ...fragments.flatMap(({ endpoint, text }) => [
          { file: `${staging}/endpoints/${endpoint}.json`, content: text },
          { file: `${staging}/endpoints/${endpoint}.secret.json`, content: secrets.apply((all) => all[endpoint]!) },
        ]),
      ],
      volumes: [...this.volumes],
      networksAdvanced: [{ name: host.network.name }],
      labels: labels(host.stack, "apply"),
      attach: true,
      logs: true,
      mustRun: false,
      ...HARDENED,
      // The engine refuses uploads into a read-only container; this one lives for a second.
      readOnly: false,
    };
    return new docker.Container(name, transformed(host.transforms.apply, args, options, name), options);
  }
}

/** Whether the router has taken over its configuration; otherwise its own words. What has failed is removed. */
function applicationOf(apply: docker.Container): pulumi.Output<Application> {
  const told = pulumi.all([apply.exitCode, apply.containerLogs, apply.name]);
  if (pulumi.runtime.isDryRun()) {
    return told.apply(([exitCode, logs]) => (exitCode === 0 ? APPLIED : refused(logs)));
  }
  return pulumi.output(
    settled(told).then(async (known): Promise<Application> => {
      if (known === undefined) {
        return { applied: false, reason: "the router was not asked to take over anything: its error is told above" };
      }
      const [exitCode, logs, name] = known;
      if (exitCode === 0) {
        return APPLIED;
      }
      await removeContainer(name);
      return refused(logs);
    }),
  );
}

const APPLIED: Application = { applied: true };

/** `router-apply` sums up in its last line: `refused: shop, bank; all else is served, as …`. */
const SOME_REFUSED = /^refused: (.+); all else is served/m;

function refused(logs: string): Application {
  const some = SOME_REFUSED.exec(logs)?.[1]?.split(", ");
  const what = some === undefined ? "the new configuration" : `the new configuration of ${some.join(" and ")}`;
  return {
    applied: false,
    reason: `the router did not take over ${what}; the one before goes on serving\n${indent(logs)}`,
    ...(some === undefined ? {} : { refused: some }),
  };
}
