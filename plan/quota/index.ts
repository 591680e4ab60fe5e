/** The quota ledger: what a stack holds before, during and after a change, against what it may hold. Pure. */
export type { AccountKind, LedgerAccount } from "./accounts";
export { checkQuota, type LastingLedger, type LastingViolation, type QuotaCheck } from "./check";
export type { Pool, QuotaContext, Uncounted } from "./demand";
export { formatLedger } from "./format";
export { drawLedger, type LastingAccount, type LastingRow, type Ledger, type LedgerRow } from "./ledger";
export type { LimitCount } from "./limits";
export { reservedCores, reservedInstances } from "./reserve";
