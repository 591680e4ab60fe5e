import { createHash, randomBytes } from "node:crypto";
import { CheckRequest } from "@pulumi/pulumi/proto/provider_pb";
import { isList, type Props } from "./values";

const MAX_LENGTH = 255;
const HEX_DIGITS = 7;

export interface AutonameRequest {
  readonly resourceName: string;
  /** The engine's seed: the same in preview and update, so both show the same name. */
  readonly seed: Uint8Array;
  readonly options: CheckRequest.AutonamingOptions | undefined;
}

/**
 * The name for a resource whose program gives none: the one it already has, else the engine's proposal, else the
 * resource's name with a random tail. Undefined when the project's settings switch automatic names off.
 */
export function automaticName(property: string, olds: Props, request: AutonameRequest): string | undefined {
  const old = olds[property];
  const defaults = olds["__defaults"];
  if (typeof old === "string" && isList(defaults) && defaults.includes(property)) {
    return old;
  }
  const { options, resourceName, seed } = request;
  if (options?.getMode() === CheckRequest.AutonamingOptions.Mode.DISABLE) {
    return undefined;
  }
  const proposed = options?.getProposedName() ?? "";
  if (proposed !== "") {
    return proposed;
  }
  const random = seed.length > 0 ? createHash("sha256").update(seed).digest() : randomBytes(HEX_DIGITS);
  const tail = `-${random.toString("hex").slice(0, HEX_DIGITS)}`;
  return resourceName.slice(0, MAX_LENGTH - tail.length) + tail;
}
