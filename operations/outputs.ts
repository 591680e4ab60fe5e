import type { Former } from "../plan/deployed";
import { parseDeployed } from "../plan/deployed";
import { OperationFailure } from "./failure";
import { findStack, requireStack } from "./workspace";

export interface Keys {
  readonly primary: string;
  readonly secondary: string;
}

/** Address of each endpoint, as the last update left them. */
export async function scoringUris(stack: string): Promise<Readonly<Record<string, string>>> {
  return (await output<Record<string, string>>(stack, "scoringUris")) ?? {};
}

/** The keys of one endpoint: what `az ml online-endpoint get-credentials` gives. */
export async function credentials(stack: string, endpoint: string): Promise<Keys> {
  const all = (await output<Record<string, Keys>>(stack, "keys")) ?? {};
  const keys = Object.hasOwn(all, endpoint) ? all[endpoint] : undefined;
  if (keys === undefined) {
    const known = Object.keys(all).sort().join(", ");
    throw new OperationFailure(
      `the stack '${stack}' has no endpoint '${endpoint}'`,
      known === "" ? undefined : `one of: ${known}`,
    );
  }
  return keys;
}

/** What stands, for a comparison with what is planned. */
export async function deployed(name: string): Promise<Former> {
  try {
    const outputs = await (await findStack(name))?.outputs();
    return parseDeployed(outputs?.["deployed"]?.value);
  } catch (error) {
    // A report that cannot say what was there before is still a report.
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}

async function output<T>(name: string, key: string): Promise<T | undefined> {
  const outputs = await (await requireStack(name)).outputs();
  return outputs[key]?.value as T | undefined;
}
