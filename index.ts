import { getStack } from "@pulumi/pulumi";
import { hostCapacity, InferenceStack, readDeployed, stackConfig } from "./components";

const stack = deploy();

/** Address of each endpoint. */
export const scoringUris = stack.then(({ scoringUris }) => scoringUris);

/** The two keys of each endpoint; secret. */
export const keys = stack.then(({ keys }) => keys);

/** What stands: the next run compares with it. */
export const deployed = stack.then(({ deployed }) => deployed);

async function deploy(): Promise<InferenceStack> {
  const config = stackConfig();
  return new InferenceStack(getStack(), {
    ...config,
    before: await readDeployed(),
    capacity: await hostCapacity(config),
  });
}
