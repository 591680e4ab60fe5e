import type { DockerContainer, DockerThings } from "../../operations/docker-things";
import {
  CONTAINER,
  IMAGE,
  NETWORK,
  type PendingOperation,
  type StackState,
  type StateResource,
  VOLUME,
} from "../../operations/stack-state";
import {
  applyName,
  configVolumeName,
  deploymentImageName,
  gateName,
  instanceName,
  networkName,
  routerName,
} from "../../plan/docker/names";

/** A stack with one instance that serves, as its state and the host have it. */
export const STACK = "dev";
export const OWNER = { endpoint: "shop", deployment: "blue", generation: "1a2b3c4d" };
const ROOT_URN = "urn:pulumi:dev::mlendpoints::pulumi:pulumi:Stack::mlendpoints-dev";

export function resource(type: string, name: string, id?: string): StateResource {
  const inputs = { name };
  const urn = `urn:pulumi:dev::mlendpoints::${type}::${name}`;
  return { urn, type, custom: true, parent: ROOT_URN, inputs, ...(id === undefined ? {} : { id, outputs: inputs }) };
}

export const creating = (type: string, name: string): PendingOperation => ({
  resource: resource(type, name),
  type: "creating",
});

export function stateWith(pending: readonly PendingOperation[] = [], without: readonly string[] = []): StackState {
  const deployed = {
    version: 1,
    endpoints: {
      shop: {
        since: "2026-01-02T03:04:05.000Z",
        authMode: "key",
        publicNetworkAccess: true,
        scoringUri: "http://127.0.0.1:8080/score",
        traffic: { blue: 100 },
        mirrorTraffic: {},
        deployments: {
          blue: {
            generation: OWNER.generation,
            since: "2026-01-02T03:04:05.000Z",
            instanceType: "Standard_DS3_v2",
            instances: 1,
            maxInstances: 1,
            sharedQuota: false,
          },
        },
      },
    },
  };
  const resources: StateResource[] = [
    { urn: ROOT_URN, type: "pulumi:pulumi:Stack", custom: false, outputs: { deployed } },
    resource(NETWORK, networkName(STACK), "network-id"),
    resource(VOLUME, configVolumeName(STACK), configVolumeName(STACK)),
    resource(IMAGE, deploymentImageName(STACK, OWNER), "sha256:image-and-name"),
    resource(CONTAINER, routerName(STACK), "router-id"),
    resource(CONTAINER, instanceName(STACK, OWNER, 1), "instance-id"),
    resource(CONTAINER, gateName(STACK, OWNER), "gate-id"),
    resource(CONTAINER, applyName(STACK), "apply-id"),
  ];
  return {
    version: 3,
    deployment: {
      resources: resources.filter(({ id }) => !without.includes(id ?? "")),
      pending_operations: [...pending],
    },
  };
}

export function container(
  name: string,
  id: string,
  role: string,
  more: Partial<DockerContainer> = {},
): DockerContainer {
  return { name, id, role, stack: STACK, image: "sha256:image", volumes: [], networks: ["network-id"], ...more };
}

export function hostWith(more: Partial<DockerThings> = {}, without: readonly string[] = []): DockerThings {
  const containers = [
    container(routerName(STACK), "router-id", "router", { image: "sha256:router", volumes: [configVolumeName(STACK)] }),
    container(instanceName(STACK, OWNER, 1), "instance-id", "instance"),
    container(gateName(STACK, OWNER), "gate-id", "gate", { image: "sha256:router" }),
    container(applyName(STACK), "apply-id", "apply", { image: "sha256:router" }),
  ];
  return {
    containers: [...containers.filter(({ id }) => !without.includes(id)), ...(more.containers ?? [])],
    networks: [{ id: "network-id", name: networkName(STACK), stack: STACK }, ...(more.networks ?? [])],
    volumes: [{ name: configVolumeName(STACK), stack: STACK }, ...(more.volumes ?? [])],
    images: [{ id: "sha256:image", tags: [deploymentImageName(STACK, OWNER)] }, ...(more.images ?? [])],
  };
}
