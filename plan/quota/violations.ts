import { vmSizesWith } from "../../input/azure/tables/vm-sizes";
import { formatPath } from "../../input/documents/document";
import type { SpecError } from "../../input/documents/errors";
import { byCodeUnit } from "../../input/documents/order";
import { placeOf } from "../../input/documents/source-map";
import type { StackSpec } from "../../input/stack/spec";
import type { AccountKind, AccountRule } from "./accounts";
import type { Book, BookAccount } from "./ledger";
import { thousandths } from "./reserve";
import {
  type DeploymentChange,
  fits,
  neededOf,
  raisedLimit,
  type SizesByFamily,
  smallestDeploymentChange,
  smallestMaximumChange,
} from "./smallest-change";

interface Terms {
  /** Who needs something. */
  readonly subject: (rule: AccountRule) => string;
  /** What it is more than. */
  readonly bound: string;
  readonly rule: "quota" | "target";
  readonly source?: string;
  /** What else would help than a change of a deployment: undefined where the limit is raised. */
  readonly instead?: (needed: number) => string;
}

const QUOTA = { bound: "its quota", rule: "quota", source: "how-to-manage-quotas" } as const;

const TERMS: Readonly<Record<AccountKind, Terms>> = {
  total: { ...QUOTA, subject: () => "the stack needs" },
  family: { ...QUOTA, subject: ({ name }) => `${name} needs` },
  workspace: { ...QUOTA, subject: ({ family }) => `${family} needs`, bound: "the cap of this workspace" },
  shared: { ...QUOTA, subject: () => "the deployments with sharedQuota need", bound: "the shared pool has" },
  cluster: {
    subject: ({ name }) => `the pods on ${name} request`,
    bound: "it has",
    rule: "target",
    instead: (needed) => `add nodes, up to ${needed} cores`,
  },
  hostCores: {
    subject: () => "the containers need",
    bound: "the host has",
    rule: "target",
    instead: (needed) => `write mlendpoints:docker.sizing: shares, or take a host with ${needed} cores`,
  },
  hostMemory: {
    subject: () => "the containers need",
    bound: "the host has",
    rule: "target",
    instead: (needed) => `write mlendpoints:docker.sizing: shares, or take a host with ${needed} GiB`,
  },
};

/** One `OutOfQuota` for every account that is overdrawn, each with its figures and the smallest change that fits. */
export function accountViolations(book: Book, stack: StackSpec): SpecError[] {
  const sizes = sizesByFamily(stack.config.vmSizes);
  return book.accounts.flatMap((account): SpecError[] => {
    const { rule, total: figures } = account;
    const { limit, unit } = rule;
    if (limit === undefined || fits(rule, figures)) {
      return [];
    }
    // What stays is told first: where even that does not fit, the peak is a detail.
    const atPeak = figures.reserved <= limit;
    const needed = neededOf(rule, figures);
    const told = atPeak ? needed : figures.reserved;
    const { subject, bound, rule: whose, source } = TERMS[rule.kind];
    const over = thousandths(told - limit);
    return [
      {
        code: "OutOfQuota",
        ...placeOf(stack.places, rule.path),
        path: formatPath(rule.path),
        message: `${subject(rule)} ${amount(told, unit)}${atPeak ? " at the peak of this change" : ""}, ${over} more than ${bound}`,
        value: [
          `${amount(figures.reserved, unit)} after this change`,
          ...(needed > figures.reserved ? [`${needed} at its peak`] : []),
        ].join(", "),
        allowed: amount(limit, unit),
        hint: hintOf(account, book, sizes, { atPeak, over, needed }),
        rule: whose,
        source,
      },
    ];
  });
}

/** `AutoscaleAboveQuota` for every account that fits now, and would not if everything scaled to its maximum. */
export function maximumWarnings(book: Book, stack: StackSpec): SpecError[] {
  return book.accounts.flatMap((account): SpecError[] => {
    const { rule, total } = account;
    const { reserved, atMaximum } = total;
    const { limit, unit } = rule;
    if (limit === undefined || reserved > limit || atMaximum <= limit) {
      return [];
    }
    const { subject, bound, rule: whose, source } = TERMS[rule.kind];
    const doubt = whose === "quota" ? "; Azure does not document whether the maximum needs quota" : "";
    const change = smallestMaximumChange(account, book);
    return [
      {
        code: "AutoscaleAboveQuota",
        ...placeOf(stack.places, rule.path),
        path: formatPath(rule.path),
        message: `${subject(rule)} ${amount(atMaximum, unit)} at the autoscale maximum, ${thousandths(atMaximum - limit)} more than ${bound}${doubt}`,
        value: `${amount(atMaximum, unit)} at the autoscale maximum`,
        allowed: amount(limit, unit),
        hint: `${change === undefined ? "lower the autoscale maxima" : describe(change)}, or ${insteadOf(rule, book, atMaximum)}`,
        rule: whose,
        source,
      },
    ];
  });
}

function hintOf(
  account: BookAccount,
  book: Book,
  sizes: SizesByFamily,
  { atPeak, over, needed }: { readonly atPeak: boolean; readonly over: number; readonly needed: number },
): string {
  const { rule } = account;
  const change = smallestDeploymentChange(account, book, sizes);
  const several = atPeak ? "change fewer deployments at a time" : `give up ${amount(over, rule.unit)}`;
  return `${change === undefined ? several : describe(change)}, or ${insteadOf(rule, book, needed)}`;
}

/** `set instance_count of shop/blue to 3 (now 5)` */
function describe({ field, endpoint, deployment, from, to }: DeploymentChange): string {
  return `set ${field} of ${endpoint}/${deployment} to ${to} (now ${from})`;
}

function insteadOf(rule: AccountRule, book: Book, needed: number): string {
  const { keys, to } = raisedLimit(rule, book, needed);
  const raise = `raise ${keys.map((key) => `mlendpoints:${key}`).join(" and ")} to ${to}`;
  return TERMS[rule.kind].instead?.(needed) ?? raise;
}

function amount(figure: number, unit: "cores" | "GiB"): string {
  return unit === "GiB" ? `${figure} GiB of memory` : `${figure} ${figure === 1 ? "core" : "cores"}`;
}

/** Where the search finds smaller sizes: Azure's and those of the stack. */
function sizesByFamily(custom: StackSpec["config"]["vmSizes"]): SizesByFamily {
  const table = vmSizesWith(custom);
  const all = table.names().map((name) => table.find(name)!);
  const sorted = all.sort((a, b) => b.cores - a.cores || b.memoryGiB - a.memoryGiB || byCodeUnit(a.name, b.name));
  return new Map(table.families().map((family) => [family, sorted.filter((size) => size.family === family)]));
}
