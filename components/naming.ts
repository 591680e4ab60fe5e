import type * as pulumi from "@pulumi/pulumi";

/** Which resource of a stack it is, as in `["shop", "blue"]`. No part has a dot. */
type Parts = readonly (string | number)[];

/**
 * The name of a resource below its stack: `dev.shop.blue`. Two stacks in one program have no name in common.
 *
 * @param stack name of the InferenceStack
 */
export function resourceName(stack: string, ...parts: Parts): string {
  return [stack, ...parts].join(".");
}

/**
 * Options of a resource that stays when a program of before names came below their stack is followed by this one: it was
 * called by its parts alone, joined by dashes.
 */
export function child(parent: pulumi.Resource, ...parts: Parts): pulumi.CustomResourceOptions {
  return { parent, aliases: [{ name: parts.join("-") }] };
}
