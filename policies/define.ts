import type { PolicyConfigSchema, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { CATALOGUE, type PolicyName } from "./catalogue";
import {
  COMPONENTS,
  CONTAINER,
  type ContainerInputs,
  complete,
  type DeploymentInputs,
  type EndpointInputs,
  type IdentityInputs,
  MissingInput,
  type QuotaInputs,
} from "./inputs";
import type { ConfigOf, Row } from "./row";

type Config<Name extends PolicyName> = ConfigOf<(typeof CATALOGUE)[Name]["config"]>;

/** Finds what is wrong: one sentence or more, each with the value seen, without the fix. */
type Check<Name extends PolicyName, Inputs> = (
  inputs: Inputs,
  config: Config<Name>,
) => string | readonly string[] | undefined;

interface Component<Inputs> {
  readonly type: string;
  /** What a violation is about, and what `except` names. */
  readonly subject: (inputs: Inputs) => readonly string[];
}

/** Every policy has it. */
const EXCEPT = {
  except: {
    type: "array",
    items: { type: "string" },
    default: [],
    description: "what this policy leaves alone: names of endpoints (shop), deployments (shop/blue) or containers",
  },
} as const;

const ENDPOINT: Component<EndpointInputs> = { type: COMPONENTS.endpoint, subject: ({ endpoint }) => [endpoint] };
const IDENTITY: Component<IdentityInputs> = { type: COMPONENTS.identity, subject: ({ endpoint }) => [endpoint] };
const QUOTA: Component<QuotaInputs> = { type: COMPONENTS.quota, subject: () => [] };
const DEPLOYMENT: Component<DeploymentInputs> = {
  type: COMPONENTS.deployment,
  subject: ({ endpoint, deployment }) => [`${endpoint}/${deployment}`, endpoint],
};

/** A policy about an endpoint. */
export const endpointPolicy = <Name extends PolicyName>(name: Name, check: Check<Name, EndpointInputs>) =>
  componentPolicy(name, ENDPOINT, check);

/** A policy about a deployment. */
export const deploymentPolicy = <Name extends PolicyName>(name: Name, check: Check<Name, DeploymentInputs>) =>
  componentPolicy(name, DEPLOYMENT, check);

/** A policy about the identity of an endpoint. */
export const identityPolicy = <Name extends PolicyName>(name: Name, check: Check<Name, IdentityInputs>) =>
  componentPolicy(name, IDENTITY, check);

/** A policy about the quota ledger of a stack. */
export const quotaPolicy = <Name extends PolicyName>(name: Name, check: Check<Name, QuotaInputs>) =>
  componentPolicy(name, QUOTA, check);

/**
 * A policy about Docker's own containers, which can be corrected: unlike a component's inputs, which its constructor has
 * used before any policy sees them, these go to the provider as the policy leaves them.
 *
 * @param fix what to set; applied again to its own result it must change nothing
 */
export function containerPolicy<Name extends PolicyName>(
  name: Name,
  check: Check<Name, ContainerInputs>,
  fix: (inputs: ContainerInputs, config: Config<Name>) => Partial<ContainerInputs>,
): ResourceValidationPolicy {
  const applies = (args: ResourceValidationArgs): boolean =>
    args.type === CONTAINER &&
    (configOf(name, args)["everywhere"] === true || args.urn.includes("mlendpoints:index:")) &&
    !exempt(name, args, [args.name]);
  return {
    ...metadata(name),
    validateResource: (args, report) =>
      faultsReported(args, report, () => {
        if (applies(args)) {
          reportAll(name, `container ${args.name}`, check(args.props as ContainerInputs, configOf(name, args)), report);
        }
      }),
    remediateResource: (args) => {
      const inputs = args.props as ContainerInputs;
      if (!isContainer(args) || misspelt(name, args).length > 0 || !applies(args)) {
        return undefined;
      }
      if (found(check(inputs, configOf(name, args))).length === 0) {
        return undefined;
      }
      // The same object: a copy would read every input, and fail where one is not known yet.
      return Object.assign(args.props, fix(inputs, configOf(name, args)));
    },
  };
}

function componentPolicy<Name extends PolicyName, Inputs extends object>(
  name: Name,
  component: Component<Inputs>,
  check: Check<Name, Inputs>,
): ResourceValidationPolicy {
  return {
    ...metadata(name),
    validateResource: (args, report) => {
      if (args.type !== component.type) {
        return;
      }
      const inputs = complete(args.props as Inputs);
      try {
        const names = component.subject(inputs);
        if (!exempt(name, args, names)) {
          reportAll(name, names[0] ?? "the stack", check(inputs, configOf(name, args)), report);
        }
      } catch (error) {
        if (!(error instanceof MissingInput)) {
          throw error;
        }
        report(`${args.name} cannot be checked: ${error.message}. Use components and policies of the same version.`);
      }
    },
  };
}

function reportAll(
  name: PolicyName,
  subject: string,
  said: string | readonly string[] | undefined,
  report: (message: string) => void,
): void {
  for (const sentence of found(said)) {
    report(`${subject} ${sentence}. ${CATALOGUE[name].fix}`);
  }
}

function found(said: string | readonly string[] | undefined): readonly string[] {
  return said === undefined ? [] : typeof said === "string" ? [said] : said;
}

function exempt(name: PolicyName, args: ResourceValidationArgs, names: readonly string[]): boolean {
  const { except } = configOf(name, args) as ConfigOf<typeof EXCEPT>;
  return names.some((each) => except.includes(each));
}

/** @throws Error for a key that the policy does not have: a misspelt one would have no effect, and nobody would know */
function configOf<Name extends PolicyName>(name: Name, args: ResourceValidationArgs): Config<Name> & Record<string, unknown> {
  const keys = { ...CATALOGUE[name].config, ...EXCEPT } as Row["config"];
  const defaults = Object.fromEntries(Object.entries(keys).map(([key, schema]) => [key, schema.default]));
  const given = args.getConfig<Record<string, unknown>>();
  const unknown = Object.keys(given).filter((key) => !(key in keys));
  if (unknown.length > 0) {
    throw new Error(`${name} has no config key ${unknown.join(", ")}; it has ${Object.keys(keys).join(", ")}`);
  }
  return { ...defaults, ...given } as Config<Name> & Record<string, unknown>;
}

function metadata(name: PolicyName): Omit<ResourceValidationPolicy, "validateResource" | "remediateResource"> {
  const row: Row = CATALOGUE[name];
  return {
    name,
    description: row.what,
    enforcementLevel: row.level,
    severity: row.severity,
    remediationSteps: row.fix,
    url: row.link,
    configSchema: { properties: { ...row.config, ...EXCEPT } as unknown as PolicyConfigSchema["properties"] },
  };
}
