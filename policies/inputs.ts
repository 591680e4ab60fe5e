/** The component types that policies are about. What they tell a policy is in components/inputs.ts. */
export const COMPONENTS = {
  endpoint: "mlendpoints:index:OnlineEndpoint",
  deployment: "mlendpoints:index:OnlineDeployment",
  identity: "mlendpoints:index:EndpointIdentity",
  quota: "mlendpoints:index:Quota",
} as const;

export const CONTAINER = "docker:index/container:Container";

/** The inputs of Docker's own container resource that policies look at. All of them may be left out. */
export interface ContainerInputs {
  readonly name?: string;
  readonly privileged?: boolean;
  readonly readOnly?: boolean;
  readonly uploads?: readonly unknown[];
  readonly capabilities?: { readonly adds?: readonly string[]; readonly drops?: readonly string[] };
  readonly securityOpts?: readonly string[];
  readonly labels?: readonly { readonly label: string; readonly value: string }[];
  /** MiB. */
  readonly memory?: number;
  readonly memorySwap?: number;
}

/** What a component may leave out. Any other input that is not there stops a policy from saying "in order". */
const OPTIONAL = new Set(["image"]);

/** Inputs that are objects with fixed fields; the others are maps and lists, where anything may be absent. */
const STRUCTS = new Set(["readiness", "liveness", "ownProbes"]);

/** Why a policy could not tell. It is reported like a violation: silence would look like consent. */
export class Unchecked extends Error {}

/**
 * The inputs, made to throw when one is read that is not there: `undefined > 0` is false, and a policy would say nothing.
 * A value that is not known yet throws by itself: that is the SDK's doing.
 */
export function complete<T extends object>(inputs: T, path = ""): T {
  return new Proxy(inputs, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof key === "symbol" || OPTIONAL.has(key)) {
        return value;
      }
      if (value === undefined || value === null) {
        throw new Unchecked(`the input ${path}${key} is missing; use components and policies of one version`);
      }
      return STRUCTS.has(key) && typeof value === "object" ? complete(value, `${path}${key}.`) : value;
    },
  });
}
