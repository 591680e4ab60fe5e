import * as pulumi from "@pulumi/pulumi";
import type { LastingLedger } from "../plan/quota";
import type { QuotaInputs } from "./inputs";
import { child, resourceName } from "./naming";

export interface QuotaArgs {
  /** What the stack reserves when the change is done: `plan.quota`. */
  readonly ledger: LastingLedger;
}

/**
 * The quota ledger of a stack. It creates nothing: it makes the account known to the engine, so that a preview shows it
 * and the policy pack can refuse it. The arithmetic is in plan/quota.
 *
 * Its inputs say nothing of the change itself (what is held now, or at the peak): they would be others in the next preview,
 * and a stack in which nothing changed would show a change.
 */
export class Quota extends pulumi.ComponentResource {
  /** Cores that all deployments of the stack reserve. */
  readonly reserved: pulumi.Output<number>;

  /** @param stack name of the InferenceStack */
  constructor(stack: string, { ledger }: QuotaArgs, parent: pulumi.Resource) {
    const total = ledger.accounts.find(({ kind }) => kind === "total");
    const families = ledger.accounts.filter(({ kind }) => kind === "family");
    const inputs: QuotaInputs = ledger;
    super(
      "mlendpoints:index:Quota",
      resourceName(stack, "quota"),
      { ...inputs, total, families },
      child(parent, "quota"),
    );
    this.reserved = pulumi.output(total?.reserved ?? 0);
    this.registerOutputs({ reserved: this.reserved });
  }
}
