import type { VmSize } from "../../input/azure/tables/vm-sizes";
import type { StackConfig } from "../../input/stack/config";
import type { DeploymentSpec } from "../../input/stack/spec";

/** What a container may use. */
export type ContainerSize =
  /** Relative weight under contention; idle cores are free for all, memory is not limited. */
  | { readonly sizing: "shares"; readonly cpuShares: number }
  /** Hard limits, as on a VM of that size. */
  | { readonly sizing: "limits"; readonly cores: number; readonly memoryMiB: number };

/** The container size of an instance type. Docker's own weight of one core is 1024 shares. */
export function containerSize(size: VmSize, sizing: StackConfig["docker"]["sizing"]): ContainerSize {
  return sizing === "shares"
    ? { sizing, cpuShares: 1024 * size.cores }
    : { sizing, cores: size.cores, memoryMiB: Math.floor(size.memoryGiB * 1024) };
}

/** Of a managed deployment, which always has a VM size. */
export function deploymentSize({ name, instanceType }: DeploymentSpec, { docker }: StackConfig): ContainerSize {
  if (instanceType === undefined) {
    throw new Error(`${name} is refused: it has no VM size`);
  }
  return containerSize(instanceType, docker.sizing);
}
