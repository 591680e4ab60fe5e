import type { ReportData } from "./data";

/** The report for programs: all of it, `version` first. */
export function formatJson(report: ReportData): string {
  return JSON.stringify(report, undefined, 2);
}
