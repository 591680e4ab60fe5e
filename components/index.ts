/** The component library: an Azure ML online endpoint in any Pulumi program. */
export type { EndpointArgs, InferenceStackArgs } from "./args";
export { readDeployed } from "./deployed";
export { hostCapacity } from "./platforms";
export { InferenceStack } from "./stack";
export { stackConfig } from "./stack-config";
