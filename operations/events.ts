import type { ReportData } from "../plan/report/data";

/** What an operation tells while it runs. */
export type Progress =
  /** What changes for callers, as the program itself has worked it out. */
  | { readonly kind: "report"; readonly report: ReportData }
  /** What was found and mended after an update that was killed. */
  | { readonly kind: "healed"; readonly what: string }
  /** A resource has been brought to what was planned, or has not. `op` as Pulumi names it: `create`, `delete`, … */
  | {
      readonly kind: "resource";
      readonly op: string;
      readonly type: string;
      readonly name: string;
      readonly ok: boolean;
    }
  | { readonly kind: "message"; readonly severity: "warning" | "error"; readonly text: string }
  /** A line of Pulumi's own display. */
  | { readonly kind: "display"; readonly text: string };

export type Tell = (progress: Progress) => void;
