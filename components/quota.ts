import * as pulumi from "@pulumi/pulumi";
import type { Ledger } from "../plan/quota";

export interface QuotaArgs {
  /** What every deployment reserves, in cores; one row per deployment. */
  readonly rows: pulumi.Input<Ledger["rows"]>;
  /** All deployments together. `limit` absent: not limited. */
  readonly total: pulumi.Input<Ledger["total"]>;
  /** One account per VM family in use. */
  readonly families: pulumi.Input<Ledger["families"]>;
}

/**
 * The quota ledger of a stack. It creates nothing: it makes the account known to the engine, so that a preview shows it
 * and the policy pack can refuse it. The arithmetic is in plan/quota.
 */
export class Quota extends pulumi.ComponentResource {
  /** Cores that all deployments of the stack reserve. */
  readonly reserved: pulumi.Output<number>;

  constructor(name: string, args: QuotaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mlendpoints:index:Quota", name, args, opts);
    this.reserved = pulumi.output(args.total).apply((total) => total.reserved);
    this.registerOutputs({ reserved: this.reserved });
  }
}
