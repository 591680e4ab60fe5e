import { contentHash } from "../hash";

/**
 * Every name that this project gives on a Docker host, and the labels by which it finds its own again.
 *
 * No two of them are equal for different things. Names of endpoints and deployments have neither a dot nor an upper-case
 * letter, a stack's name may have both: so the parts of a name are joined by dots and the stack comes first. Read from its end,
 * a name has the role, then as many parts as the role has, and the rest is the stack.
 */

/** Whose instance something is. */
export interface InstanceOwner {
  readonly endpoint: string;
  readonly deployment: string;
  readonly generation: string;
}

const PREFIX = "mlendpoints";

/**
 * Below this name instances are found by the router and the gate. `invalid` is reserved (RFC 6761): Docker's resolver asks the
 * host's about the name of an instance that has stopped, and under a real top-level domain, as in `blue.credit`, a stranger
 * could answer.
 */
export const INSTANCE_DOMAIN = "mlendpoints.invalid";

/** `mlendpoints.dev.shop.blue.1a2b3c4d.1`; instances count from 1. */
export function instanceName(stack: string, owner: InstanceOwner, instance: number): string {
  return [PREFIX, stack, owner.endpoint, owner.deployment, owner.generation, instance].join(".");
}

/** `i1.1a2b3c4d.blue.shop.mlendpoints.invalid`. A label for each part: two names may be longer than the 63 characters of one. */
export function instanceHost(owner: InstanceOwner, instance: number): string {
  return [`i${instance}`, owner.generation, owner.deployment, owner.endpoint, INSTANCE_DOMAIN].join(".");
}

/** `mlendpoints.dev.shop.blue.1a2b3c4d.gate` */
export function gateName(stack: string, owner: InstanceOwner): string {
  return [PREFIX, stack, owner.endpoint, owner.deployment, owner.generation, "gate"].join(".");
}

export function networkName(stack: string): string {
  return `${PREFIX}-${stack}`;
}

export function routerName(stack: string): string {
  return `${PREFIX}-${stack}-router`;
}

/** The short-lived container that brings the router its configuration. */
export function applyName(stack: string): string {
  return `${routerName(stack)}-apply`;
}

/** Holds the router's configuration. */
export function configVolumeName(stack: string): string {
  return `${routerName(stack)}-config`;
}

/** Holds the router's admin socket. */
export function runVolumeName(stack: string): string {
  return `${routerName(stack)}-run`;
}

/** `mlendpoints/dev`: what the names of a stack's own images begin with. */
export function imageRepository(stack: string): string {
  return `${PREFIX}/${imagePart(stack)}`;
}

/** `mlendpoints/dev/shop/blue:1a2b3c4d` */
export function deploymentImageName(stack: string, owner: InstanceOwner): string {
  return `${imageRepository(stack)}/${owner.endpoint}/${owner.deployment}:${owner.generation}`;
}

/** Shared by all stacks of the host that ask for the same packages. */
export function environmentImageName(key: string): string {
  return `${PREFIX}/environment:${key}`;
}

export function routerImageName(key: string): string {
  return `${PREFIX}/router:${key}`;
}

/** What the engine allows in one part of an image's name, without the double separators that it also allows. */
const IMAGE_PART = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/** A stack's name as part of an image's: as it is where it can be, else with a hash behind a `__`, which no other has. */
function imagePart(stack: string): string {
  if (IMAGE_PART.test(stack)) {
    return stack;
  }
  const slug = stack
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return `${slug === "" ? "stack" : slug}__${contentHash(stack, 8)}`;
}

/** What a container, network, volume or image is to its stack. */
export type Role = "instance" | "gate" | "router" | "apply" | "network" | "config" | "run" | "image";

export const STACK_LABEL = "mlendpoints.stack";
export const ROLE_LABEL = "mlendpoints.role";

/** Azure's own cost tags (how-to-view-online-endpoints-costs). */
export const ENDPOINT_LABEL = "azuremlendpoint";
export const DEPLOYMENT_LABEL = "azuremldeployment";

/** Labels that tell whose something is and what it is for. Whatever is made carries them, and only by them it is found and deleted. */
export function labelsOf(
  stack: string,
  role: Role,
  owner?: Pick<InstanceOwner, "endpoint" | "deployment">,
): Readonly<Record<string, string>> {
  return {
    [STACK_LABEL]: stack,
    [ROLE_LABEL]: role,
    ...(owner === undefined ? {} : { [ENDPOINT_LABEL]: owner.endpoint, [DEPLOYMENT_LABEL]: owner.deployment }),
  };
}
