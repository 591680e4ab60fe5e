import type { VmSize } from "../../input/azure/tables/vm-sizes";

/** What the ledger needs to know of an instance type. */
export interface InstanceSize extends Pick<VmSize, "name" | "cores" | "memoryGiB" | "exempt"> {
  /** VM family; a cluster's instance types have none. */
  readonly family?: string;
}

/**
 * Instances that quota is held for. Azure reserves 20 % for system-initiated upgrades and recovery
 * (how-to-manage-quotas), except on the sizes that its SKU list marks as exempt.
 */
export function reservedInstances(instances: number, size: Pick<VmSize, "exempt">): number {
  // A quotient of whole numbers: 1.2 is no double, and a product with it could end just above a whole number.
  return size.exempt ? instances : Math.ceil((6 * instances) / 5);
}

/** Cores that quota is held for. */
export function reservedCores(instances: number, size: Pick<VmSize, "exempt" | "cores">): number {
  return thousandths(reservedInstances(instances, size) * size.cores);
}

/** Cores of a cluster and GiB may be fractions: 3 × 0.1 must be 0.3, or a limit of 0.3 would be too small for it. */
export function thousandths(amount: number): number {
  return Math.round(amount * 1000) / 1000;
}
