import type { Amount } from "../amount";
import { COST_COLUMNS, type CostColumn, type DeploymentCost, type Figures, type StackCost } from "../cost";
import { some } from "./words";

/** Costs as rows of text. Without lines when there is no figure at all: the notes say why. */
export interface CostTable {
  readonly head: readonly string[];
  readonly lines: readonly (readonly string[])[];
  /** What has to be said below it. */
  readonly notes: readonly string[];
}

const HEADS: Readonly<Record<CostColumn, string>> = {
  now: "now",
  after: "after",
  minimum: "at minimum",
  maximum: "at maximum",
  during: "during change",
};

/** @param most lines for deployments; with more of them there is one for each endpoint, and of those as many */
export function costTable(cost: StackCost, most: number): CostTable {
  const { total } = cost;
  if (hasNoFigure(cost)) {
    return { head: [], lines: [], notes: notes(cost, 0) };
  }
  // Where nothing scales, the two say the same as `after`.
  const scales = (["minimum", "maximum"] as const).some((column) => hourly(total[column]) !== hourly(total.after));
  const columns = COST_COLUMNS.filter((column) => scales || (column !== "minimum" && column !== "maximum"));
  const parts = partsOf(cost, most);
  const shown = parts.slice(0, most);
  const digits = digitsOf([total, ...shown.flatMap(({ figures }) => figures ?? [])]);
  const lines = [
    ...shown.map(({ name, figures }) => [
      name,
      ...columns.map((column) => (figures === undefined ? "cluster" : hourly(figures[column], digits))),
    ]),
    ["all, per hour", ...columns.map((column) => hourly(total[column], digits))],
    ["all, per month", ...columns.map((column) => monthly(total[column]))],
  ];
  return {
    head: ["instances", ...columns.map((column) => HEADS[column])],
    lines,
    notes: notes(cost, parts.length - shown.length),
  };
}

interface Part {
  readonly name: string;
  readonly figures?: Figures;
}

function partsOf({ endpoints }: StackCost, most: number): Part[] {
  if (endpoints.flatMap(({ deployments }) => deployments).length > most) {
    return endpoints.map(({ tags, figures }) => ({ name: tags.azuremlendpoint, figures }));
  }
  return endpoints.flatMap(({ tags, deployments, figures }) => [
    ...deployments.map((line) => ({ name: nameOf(line), figures: line.figures })),
    ...(deployments.length > 1 && endpoints.length > 1 ? [{ name: `${tags.azuremlendpoint}, all`, figures }] : []),
  ]);
}

function nameOf({ tags }: DeploymentCost): string {
  return `${tags.azuremlendpoint}/${tags.azuremldeployment}`;
}

/** Either nobody knows a price, or all instances are on clusters. */
function hasNoFigure({ total, unpriced, onClusters, endpoints }: StackCost): boolean {
  const deployments = endpoints.flatMap((endpoint) => endpoint.deployments);
  const zero = COST_COLUMNS.every((column) => total[column].is === "unknown" || total[column].perHour === 0);
  return zero && (unpriced.length > 0 || (deployments.length > 0 && deployments.length === onClusters.length));
}

function notes(cost: StackCost, cut: number): string[] {
  const { hoursPerMonth, unpriced, onClusters } = cost;
  const unknown = hasNoFigure(cost);
  return [
    ...(cut > 0 ? [`${cut} more are in the JSON form.`] : []),
    ...(unpriced.length === 0
      ? []
      : [`${unknown ? "Unknown: there is no" : "No"} price in mlendpoints:prices for ${some(unpriced)}.`]),
    ...(onClusters.length === 0
      ? []
      : [`A cluster costs what its nodes cost, whatever runs there: ${some(onClusters)}.`]),
    ...(unknown
      ? []
      : [
          `A month has ${hoursPerMonth} hours. The 20 % of instances that quota holds back cost nothing until they run.`,
        ]),
  ];
}

/** In the currency of the prices, whatever that is. */
function hourly(amount: Amount, digits = MOST_DIGITS): string {
  return amount.is === "unknown" ? "unknown" : sign(amount) + amount.perHour.toFixed(digits);
}

function monthly(amount: Amount): string {
  return amount.is === "unknown" ? "unknown" : sign(amount) + amount.perMonth.toFixed(2);
}

function sign({ is }: Amount): string {
  return is === "at least" ? "≥ " : "";
}

const MOST_DIGITS = 6;

/** As many digits behind the point as the longest price has, two at least. */
function digitsOf(all: readonly Figures[]): number {
  const amounts = all.flatMap((figures) => COST_COLUMNS.map((column) => figures[column]));
  const needed = amounts.map((amount) => {
    const rest = amount.is === "unknown" ? "" : (amount.perHour.toFixed(MOST_DIGITS).split(".")[1] ?? "");
    return rest.replace(/0+$/, "").length;
  });
  return needed.reduce((most, each) => Math.max(most, each), 2);
}
