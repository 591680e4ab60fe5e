import { formatError, type SpecError, sortErrors } from "../../input/documents/errors";
import type { StackCost } from "../cost";
import { formatLedger, type Ledger } from "../quota";
import { breakName, textTable, WIDTH, wrapWords } from "../text-table";
import type { EndpointReport } from "./changes";
import { costTable } from "./cost-table";
import type { ReportData } from "./data";
import { routerWords } from "./router";
import { shortLedger } from "./short-ledger";
import { count, describe, headline, roleWords, some } from "./words";

/** Lines of one table, endpoints with details, warnings: what exceeds this is in the JSON form. */
const MOST = 20;

/** The report for a terminal: 100 columns, no colours. */
export function formatText(report: ReportData): string {
  const { errors, warnings, endpoints, router, ledger, cost, roles } = report;
  const sections = [
    wrapWords(headline(report), 2),
    section("Errors", sortErrors(errors).map(formatFault)),
    section("Endpoints", endpointLines(endpoints)),
    section("Router", router === undefined ? [] : [wrapWords(`    ${routerWords(router)}`, 0)]),
    section("Quota", ledger === undefined ? [] : ledgerLines(ledger)),
    section("Cost", cost === undefined ? [] : costLines(cost)),
    section(
      "Roles",
      roleWords(roles).flatMap(({ who, lines }) => [
        wrapWords(who, 4),
        ...lines.map(({ label, text }) => wrapWords(`    ${label.padEnd(10)}  ${text}`, 12)),
      ]),
    ),
    section("Warnings", [
      ...sortErrors(warnings).slice(0, MOST).map(formatFault),
      ...(warnings.length > MOST ? [`and ${warnings.length - MOST} more`] : []),
    ]),
  ];
  return sections.filter((text) => text !== "").join("\n\n");
}

function section(title: string, blocks: readonly string[]): string {
  return blocks.length === 0 ? "" : [title.toUpperCase(), ...blocks].join("\n");
}

const NO_BREAK = "\u00a0";

/** Place, code and path stay on one line: people search for them. */
function formatFault(error: SpecError): string {
  const [head = "", ...details] = formatError(error).split("\n");
  const fixed = head.indexOf(error.message);
  const whole = `${head.slice(0, fixed).trimEnd().replaceAll(" ", NO_BREAK)} ${head.slice(fixed)}`;
  return [wrapWords(whole, 4).replaceAll(NO_BREAK, " "), ...details.map((line) => wrapWords(line, 4))].join("\n");
}

const SIGNS: Readonly<Record<EndpointReport["change"], string>> = {
  new: "+",
  removed: "-",
  changed: "~",
  unchanged: "=",
};

function endpointLines(endpoints: readonly EndpointReport[]): string[] {
  const changed = endpoints.filter(({ change }) => change !== "unchanged");
  const same = endpoints.filter(({ change }) => change === "unchanged").map(({ endpoint }) => endpoint);
  return [
    ...changed.slice(0, MOST).flatMap(endpointBlock),
    ...(changed.length > MOST
      ? [wrapWords(`and ${some(changed.slice(MOST).map(({ endpoint }) => endpoint))}`, 4)]
      : []),
    ...(same.length === 0 ? [] : [wrapWords(`= ${some(same)}: nothing changes`, 4)]),
  ];
}

function endpointBlock(report: EndpointReport): string[] {
  const { endpoint, change, callersNotice, address } = report;
  const what = { new: "new", removed: "removed", changed: "", unchanged: "" }[change];
  const quiet = callersNotice ? "" : "nothing changes for callers";
  const told = report.changes.some((each) => each.what === "address");
  const words = report.changes.map((each) => describe(each, change));
  const width = Math.min(20, Math.max(...words.map(({ label }) => label.length)));
  return [
    `${SIGNS[change]} ${endpoint}${[what, quiet]
      .filter((text) => text !== "")
      .map((text) => `, ${text}`)
      .join("")}`,
    ...(told ? [] : [`    ${"at".padEnd(width)}  ${address}`]),
    ...words.map(({ label, text }) => wrapWords(`    ${label.padEnd(width)}  ${text}`, width + 2)),
  ];
}

function ledgerLines(ledger: Ledger): string[] {
  const short = shortLedger(ledger, MOST);
  const cut = ledger.rows.length - short.rows.length;
  return [
    formatLedger(short),
    ...(cut === 0 ? [] : [`${count(cut, "deployment")} more in these accounts; the JSON form lists them`]),
  ];
}

function costLines(cost: StackCost): string[] {
  const { head, lines, notes } = costTable(cost, MOST);
  const figures = head
    .slice(1)
    .map((title, index) =>
      Math.max(...[title, ...lines.map((line) => line[index + 1] ?? "")].map(({ length }) => length)),
    );
  const name = Math.max(20, WIDTH - figures.reduce((sum, width) => sum + width + 2, 0));
  const narrow = lines.map(([first = "", ...cells]) => [breakName(first, name), ...cells]);
  return [...(lines.length === 0 ? [] : [textTable(head, narrow, 1)]), ...notes.map((note) => wrapWords(note, 2))];
}
