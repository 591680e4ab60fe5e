import { type SpecError, sortErrors } from "../../input/documents/errors";
import { formatLedger, type Ledger } from "../quota";
import type { EndpointReport } from "./changes";
import { costTable } from "./cost-table";
import type { ReportData } from "./data";
import { routerWords } from "./router";
import { shortLedger } from "./short-ledger";
import { count, describe, headline, roleWords, some } from "./words";

/** Rows of one table. A comment in a code review has room for some 65,000 characters. */
const MOST = 40;

/** The report for a comment in a code review, in GitHub's Markdown. */
export function formatMarkdown(report: ReportData): string {
  const { errors, warnings, router, ledger, cost, roles } = report;
  return [
    `### ${plainText(headline(report))}`,
    ...(errors.length === 0 ? [] : [faults(errors)]),
    ...endpointTable(report),
    ...(router === undefined ? [] : [`**Router** ${plainText(routerWords(router))}.`]),
    ...(ledger === undefined ? [] : [folded(quotaSummary(ledger), fenced(formatLedger(shortLedger(ledger, MOST))))]),
    ...(cost === undefined ? [] : [costBlock(cost)]),
    ...(roles.length === 0 ? [] : [rolesBlock(roles)]),
    ...(warnings.length === 0 ? [] : [folded(count(warnings.length, "warning"), faults(warnings))]),
  ].join("\n\n");
}

function endpointTable({ endpoints }: ReportData): string[] {
  const changed = endpoints.filter(({ change }) => change !== "unchanged");
  const same = endpoints.filter(({ change }) => change === "unchanged").map(({ endpoint }) => endpoint);
  const rows = changed.slice(0, MOST).map((report) => [`\`${report.endpoint}\``, ...endpointCells(report)]);
  return [
    ...(rows.length === 0 ? [] : [table(["endpoint", "", "what changes", "callers notice"], rows)]),
    ...(changed.length > MOST ? [`And ${some(changed.slice(MOST).map(({ endpoint }) => endpoint))}.`] : []),
    ...(same.length === 0 ? [] : [`Nothing changes at ${some(same)}.`]),
  ];
}

function endpointCells({ change, changes, address, callersNotice }: EndpointReport): string[] {
  const words = changes
    .map((each) => describe(each, change))
    .map(({ label, text }) => `**${plainText(label)}** ${plainText(text)}`);
  const at = changes.some(({ what }) => what === "address") ? [] : [plainText(address)];
  return [change, [...at, ...words].join("<br>"), callersNotice ? "yes" : "no"];
}

/** The accounts that are overdrawn, or else the first, which is the total. */
function quotaSummary({ accounts }: Ledger): string {
  const over = accounts.filter(({ free }) => free !== undefined && free < 0);
  const said = (over.length > 0 ? over : accounts.slice(0, 1)).map(
    ({ name, unit, reserved, limit }) => `${name} ${reserved}${limit === undefined ? "" : ` of ${limit}`} ${unit}`,
  );
  return `Quota: ${plainText(said.join(", "))}`;
}

function costBlock(cost: NonNullable<ReportData["cost"]>): string {
  const { head, lines, notes } = costTable(cost, MOST);
  const below = notes.map(plainText).join(" ");
  return lines.length === 0
    ? `**Cost** ${below}`
    : `**Cost**\n\n${table(
        head,
        lines.map((line) => line.map(plainText)),
      )}\n\n${below}`;
}

function rolesBlock(roles: ReportData["roles"]): string {
  const missing = roles.filter((role) => role.missing.length > 0).length;
  const unused = roles.filter((role) => role.unused.length > 0).length;
  const summary = [
    ...(missing === 0 ? [] : [`missing for ${count(missing, "endpoint")}`]),
    ...(unused === 0 ? [] : [`not needed by ${count(unused, "endpoint")}`]),
  ];
  const body = roleWords(roles).map(({ who, lines }) =>
    [`- ${plainText(who)}`, ...lines.map(({ label, text }) => `  - **${plainText(label)}** ${plainText(text)}`)].join(
      "\n",
    ),
  );
  return folded(`Roles${summary.length === 0 ? ": all that is needed" : `: ${summary.join(", ")}`}`, body.join("\n"));
}

function faults(errors: readonly SpecError[]): string {
  const shown = sortErrors(errors).slice(0, MOST).map(fault);
  return [...shown, ...(errors.length > MOST ? [`- and ${errors.length - MOST} more`] : [])].join("\n");
}

function fault({ code, file, line, path, message, value, allowed, hint }: SpecError): string {
  const place = file === "" ? "" : ` ${inCode(line > 0 ? `${file}:${line}` : file)}`;
  const about = path === "" ? "" : ` ${inCode(path)}`;
  const details = [
    ...(value === undefined ? [] : [`seen: ${plainText(value)}`]),
    ...(allowed === undefined ? [] : [`allowed: ${plainText(allowed)}`]),
    `fix: ${plainText(hint)}`,
  ];
  return [
    `- **${plainText(code)}**${place}${about}: ${plainText(message)}`,
    ...details.map((text) => `  - ${text}`),
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** A fence that nothing inside can close. */
function fenced(text: string): string {
  const fence = "`".repeat(Math.max(3, 1 + longestRun(text)));
  return `${fence}text\n${text}\n${fence}`;
}

function inCode(text: string): string {
  const ticks = "`".repeat(1 + longestRun(text));
  return `${ticks}${text.replaceAll("|", "\\|")}${ticks}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

/** Text of files and of people is no markup, no table cell's end and no call of a colleague. */
function plainText(text: string): string {
  return text
    .replace(/[\\`*_[\]|~#]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "&#64;")
    .replace(/\s+/g, " ");
}
