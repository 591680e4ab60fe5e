import { formatPath, type YamlPath } from "../../input/documents/document";
import type { SpecError } from "../../input/documents/errors";
import { placeOf } from "../../input/documents/source-map";
import type { StackSpec } from "../../input/stack/spec";
import { gpuWarnings } from "./capacity";
import { type QuotaContext, settled, type Uncounted } from "./demand";
import {
  type Book,
  bookOf,
  type LastingAccount,
  type LastingRow,
  type Ledger,
  lastingAccount,
  lastingRow,
  ledgerOf,
  openBook,
} from "./ledger";
import { limitViolations } from "./limits";
import { quotaConfigErrors, sharedPoolWarnings } from "./rules";
import { accountViolations, maximumWarnings } from "./violations";

export interface QuotaCheck {
  readonly ledger: Ledger;
  /** One `OutOfQuota` per broken account or limit. The stack says whether they stop it. */
  readonly violations: readonly SpecError[];
  /** What is wrong with the quota's own config: never let through. */
  readonly errors: readonly SpecError[];
  readonly warnings: readonly SpecError[];
  /** What policies see. */
  readonly lasting: LastingLedger;
}

/**
 * The ledger as it is when the change is done, without what only this change says: the same in every preview until the
 * files change. What comes and goes with a change would make the next preview show another one.
 */
export interface LastingLedger {
  readonly rows: readonly LastingRow[];
  readonly accounts: readonly LastingAccount[];
  readonly violations: readonly LastingViolation[];
  /** Deployments that stand in no account, as `endpoint/deployment`. */
  readonly uncounted: readonly string[];
}

export interface LastingViolation {
  /** Place in the stack's config, as in `quota.families.standardDSv2Family`. */
  readonly path: string;
  readonly message: string;
  /** What is needed, and what is allowed. */
  readonly value: string;
  readonly allowed: string;
  /** The smallest change that fits. */
  readonly fix: string;
}

/** Draws up the ledger of a stack and finds everything in it that does not fit. */
export function checkQuota(stack: StackSpec, context: QuotaContext = {}): QuotaCheck {
  const book = openBook(stack, context);
  const limits = limitViolations(stack);
  return {
    ledger: ledgerOf(book, stack),
    violations: [...accountViolations(book, stack), ...limits],
    errors: quotaConfigErrors(stack),
    warnings: [
      ...maximumWarnings(book, stack),
      ...sharedPoolWarnings(stack),
      ...gpuWarnings(stack),
      ...book.uncounted.map((each) => uncountedWarning(each, stack)),
    ],
    lasting: lastingLedger(book, limits, stack, context),
  };
}

function lastingLedger(
  now: Book,
  limits: readonly SpecError[],
  stack: StackSpec,
  context: QuotaContext,
): LastingLedger {
  const uncounted = now.uncounted.filter(({ wanted }) => wanted);
  const book = bookOf({ demands: settled(now.demands), uncounted }, stack, context);
  const { rows, accounts } = ledgerOf(book, stack);
  const violations = [...accountViolations(book, stack), ...limits];
  return {
    rows: rows.map(lastingRow),
    accounts: accounts.map(lastingAccount),
    violations: violations.map(({ path, message, value = "", allowed = "", hint }) => ({
      path,
      message,
      value,
      allowed,
      fix: hint,
    })),
    uncounted: uncounted.map(({ endpoint, deployment }) => `${endpoint}/${deployment}`),
  };
}

function uncountedWarning({ endpoint, deployment, instanceType, wanted }: Uncounted, stack: StackSpec): SpecError {
  const index = stack.endpoints.findIndex((entry) => entry.endpoint.name === endpoint);
  const path: YamlPath = index < 0 ? ["endpoints"] : ["endpoints", index];
  return {
    code: "CoresNotKnown",
    ...placeOf(stack.places, path),
    path: formatPath(path),
    message: wanted
      ? `nobody knows the cores of ${endpoint}/${deployment}: it stands in no account`
      : `nobody knows the cores that ${endpoint}/${deployment} holds until this change is done: they stand in no account`,
    value: instanceType,
    hint: wanted
      ? "write resources.requests.cpu in its deployment file"
      : "to count them, add its old instance type to mlendpoints:vmSizes",
    rule: "quota",
  };
}
