import type { StackConfig } from "../../input/stack/config";
import { type DeploymentPlan, ownerOf } from "../endpoint-plan";
import { deploymentKey, type Target } from "../target";
import { capacityWarnings } from "./capacity";
import {
  applyName,
  configVolumeName,
  deploymentImageName,
  environmentImageName,
  gateName,
  instanceHost,
  instanceName,
  networkName,
  routerImageName,
  routerName,
  runVolumeName,
} from "./names";
import type { DockerDeployment, DockerPlan } from "./plan";
import { deploymentRefusals, endpointRefusals } from "./refusals";
import { deploymentSize } from "./sizes";

/** Containers on one Docker host. */
export const dockerTarget: Target<DockerPlan> = {
  endpointRefusals,
  deploymentRefusals,
  warnings: capacityWarnings,
  size: deploymentSize,
  instanceHost,
  scoringUri,
  routerAddress: ({ router }) => `${router.host}:${router.port}`,
  plan: ({ endpoints, environments, router }, { config }, { stack }) => ({
    target: "docker",
    network: networkName(stack),
    router: {
      image: routerImageName(router.key),
      name: routerName(stack),
      apply: applyName(stack),
      configVolume: configVolumeName(stack),
      runVolume: runVolumeName(stack),
    },
    environments: Object.fromEntries(environments.map(({ key }) => [key, environmentImageName(key)])),
    deployments: Object.fromEntries(
      endpoints.flatMap(({ deployments }) =>
        deployments.map((plan) => [deploymentKey(plan), dockerDeployment(plan, stack, config)]),
      ),
    ),
  }),
};

function dockerDeployment(plan: DeploymentPlan, stack: string, config: StackConfig): DockerDeployment {
  const owner = ownerOf(plan);
  return {
    image: deploymentImageName(stack, owner),
    size: deploymentSize(plan.spec, config),
    gate: gateName(stack, owner),
    instances: plan.route.instances.addresses.map(({ host }, index) => ({
      name: instanceName(stack, owner, index + 1),
      host,
    })),
  };
}

/** By host name where the stack has a domain of its own; by path otherwise, since not every client resolves `*.localhost`. */
function scoringUri(endpoint: string, { router }: StackConfig): string {
  const { host, port, domain } = router;
  return domain === "localhost"
    ? `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}/api/v1/endpoint/${endpoint}/score`
    : `http://${endpoint}.${domain}:${port}/score`;
}
