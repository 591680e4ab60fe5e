import type {
  PolicyConfigSchema,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
} from "@pulumi/policy";
import type { DeploymentInputs, EndpointInputs, IdentityInputs, QuotaInputs } from "../components/inputs";
import { CATALOGUE, type PolicyName } from "./catalogue";
import { COMPONENTS, CONTAINER, type ContainerInputs, complete, Unchecked } from "./inputs";
import type { ConfigOf, Row } from "./row";

type Config<Name extends PolicyName> = ConfigOf<(typeof CATALOGUE)[Name]["config"]>;

type Findings = string | readonly string[] | undefined;

/** Says what is wrong: predicates ("takes 90 % …") with the value seen. The subject and the fix are put around them. */
type Check<Name extends PolicyName, Inputs> = (inputs: Inputs, config: Config<Name>) => Findings;

/** A type of component, and how its inputs name it: what a violation is about, and what `except` may say. */
interface Component<Inputs> {
  readonly type: string;
  readonly names: (inputs: Inputs) => readonly string[];
}

/** A key that every policy has. */
export const EXCEPT = {
  type: "array",
  items: { type: "string" },
  default: [],
  description:
    "what the policy leaves alone: endpoints (shop), deployments (shop/blue), containers by their resource's name",
} as const;

const ENDPOINT: Component<EndpointInputs> = { type: COMPONENTS.endpoint, names: ({ endpoint }) => [endpoint] };
const IDENTITY: Component<IdentityInputs> = { type: COMPONENTS.identity, names: ({ endpoint }) => [endpoint] };
const QUOTA: Component<QuotaInputs> = { type: COMPONENTS.quota, names: () => ["the stack"] };
const DEPLOYMENT: Component<DeploymentInputs> = {
  type: COMPONENTS.deployment,
  names: ({ endpoint, deployment }) => [`${endpoint}/${deployment}`, endpoint],
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
 * A policy about Docker's own containers, which it can also correct. The inputs of a component cannot be corrected: its
 * constructor has used them before a policy sees them, so the state would say what no container does.
 *
 * @param correct what to set; nothing more is to be set on its own result
 */
export function containerPolicy<Name extends PolicyName>(
  name: Name,
  check: Check<Name, ContainerInputs>,
  correct: (inputs: ContainerInputs, config: Config<Name>) => Partial<ContainerInputs>,
): ResourceValidationPolicy {
  const isOurs = (args: ResourceValidationArgs, everywhere: boolean): boolean =>
    everywhere || args.urn.includes("mlendpoints:index:");
  return {
    ...metadata(name),
    validateResource: (args, report) => {
      if (args.type !== CONTAINER) {
        return;
      }
      reportUnchecked(args, report, () => {
        const { config, except, everywhere } = readConfig(name, args);
        if (isOurs(args, everywhere) && !except.includes(args.name)) {
          reportFindings(name, `container ${args.name}`, check(args.props as ContainerInputs, config), report);
        }
      });
    },
    remediateResource: (args) => {
      if (args.type !== CONTAINER || misspelt(name, args).length > 0) {
        return undefined;
      }
      const { config, except, everywhere } = readConfig(name, args);
      const inputs = args.props as ContainerInputs;
      if (!isOurs(args, everywhere) || except.includes(args.name) || check(inputs, config) === undefined) {
        return undefined;
      }
      // The same object: a copy would read every input, and fail where one is not known yet.
      return Object.assign(args.props, correct(inputs, config));
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
      reportUnchecked(args, report, () => {
        const { config, except } = readConfig(name, args);
        const inputs = complete(args.props as Inputs);
        const names = component.names(inputs);
        if (!names.some((each) => except.includes(each))) {
          reportFindings(name, names[0] ?? args.name, check(inputs, config), report);
        }
      });
    },
  };
}

function reportFindings(name: PolicyName, subject: string, findings: Findings, report: ReportViolation): void {
  for (const predicate of findings === undefined ? [] : [findings].flat()) {
    report(`${subject} ${predicate}. ${CATALOGUE[name].fix}`);
  }
}

function reportUnchecked(args: ResourceValidationArgs, report: ReportViolation, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof Unchecked)) {
      throw error;
    }
    report(`${args.name} cannot be checked: ${error.message}`);
  }
}

interface Settings<Name extends PolicyName> {
  readonly config: Config<Name>;
  readonly except: readonly string[];
  /** Of container policies. */
  readonly everywhere: boolean;
}

/** @throws Unchecked for a key that the policy does not have: a misspelt one would have no effect, and nobody would know */
function readConfig<Name extends PolicyName>(name: Name, args: ResourceValidationArgs): Settings<Name> {
  const keys = keysOf(name);
  const unknown = misspelt(name, args);
  if (unknown.length > 0) {
    throw new Unchecked(`its config has no key ${unknown.join(", ")}, only ${Object.keys(keys).join(", ")}`);
  }
  const defaults = Object.fromEntries(Object.entries(keys).map(([key, schema]) => [key, schema.default]));
  const config = { ...defaults, ...args.getConfig<Record<string, unknown>>() };
  return {
    config: config as unknown as Config<Name>,
    except: config["except"] as readonly string[],
    everywhere: config["everywhere"] === true,
  };
}

function misspelt(name: PolicyName, args: ResourceValidationArgs): string[] {
  const keys = keysOf(name);
  return Object.keys(args.getConfig<Record<string, unknown>>()).filter((key) => !(key in keys));
}

function keysOf(name: PolicyName): Row["config"] {
  return { ...CATALOGUE[name].config, except: EXCEPT };
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
    // The SDK's type has lists that can be changed.
    configSchema: { properties: keysOf(name) as unknown as PolicyConfigSchema["properties"] },
  };
}
