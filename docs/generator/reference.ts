import { KUBERNETES_SOURCE, MANAGED_SOURCE } from "../../input/azure/deployment/schema";
import { ENDPOINT_SOURCE } from "../../input/azure/endpoint/schema";
import { LIMIT_TABLE } from "../../input/azure/tables/limits";
import { METRICS } from "../../input/azure/tables/metrics";
import { ROLES } from "../../input/azure/tables/roles";
import { VM_SIZES } from "../../input/azure/tables/vm-sizes";
import { ERROR_CODES, type ErrorCodeRow } from "../../input/documents/error-codes";
import { kubernetesDeployment, managedDeployment, usualSpelling } from "../../input/editor/deployment";
import { kubernetesEndpoint, managedEndpoint } from "../../input/editor/endpoint";
import { stackConfig } from "../../input/editor/stack";
import { code, plain, table } from "./markdown";
import { fieldTables } from "./reference-fields";

/** docs/reference.md: every field of every file, and the tables behind the rules. A test compares the two. */
export function referencePage(): string {
  return `${[INTRODUCTION, endpointFile(), deploymentFile(), stackFile(), limitsTable(), vmSizes(), metrics(), roles(), errorCodes()].join("\n\n")}\n`;
}

const INTRODUCTION = `# Reference

<!-- Generated from the schemas in input/. \`UPDATE_DOCS=1 npx mocha test/docs/reference.test.ts\` writes it anew. -->

Every field of the files that mlendpoints reads, and the tables that its rules come from.

- [Endpoint file](#endpoint-file)
- [Deployment file](#deployment-file)
- [Stack config](#stack-config)
- [Limits](#limits)
- [VM sizes](#vm-sizes)
- [Metrics of autoscale rules](#metrics-of-autoscale-rules)
- [Roles](#roles)
- [Error codes](#error-codes)

How to read the tables:

- Numbers and booleans may stand in quotes, and words may have any case: \`"3"\` is 3, \`Key\` is \`key\`. So does Azure's client
  read them.
- *Managed* and *Kubernetes* say whether a field is there for that kind: required, yes or –. Where both kinds have the same
  fields, *Needed* marks those that must be there.
- *Source* names the document of Azure's that states the rule, where it is not the page of the whole file.`;

const KINDS = ["Managed", "Kubernetes"] as const;

function endpointFile(): string {
  const schemas = [managedEndpoint(), kubernetesEndpoint()];
  return `## Endpoint file

An endpoint is managed unless its file names a \`compute\`. Azure's page: ${ENDPOINT_SOURCE}.

${fieldTables(both(schemas), [ENDPOINT_SOURCE])}`;
}

function deploymentFile(): string {
  const schemas = [managedDeployment(), kubernetesDeployment()];
  return `## Deployment file

A deployment is managed unless its file says \`type: kubernetes\`, in lower case. Azure's pages:
${MANAGED_SOURCE} and ${KUBERNETES_SOURCE}.

${fieldTables(both(schemas), [MANAGED_SOURCE, KUBERNETES_SOURCE])}`;
}

function both(schemas: readonly ReturnType<typeof managedEndpoint>[]) {
  return schemas.map((schema, index) => ({ label: KINDS[index] ?? "", schema }));
}

function stackFile(): string {
  return `## Stack config

The values below \`mlendpoints:\` in \`stacks/Pulumi.<stack>.yaml\`. Paths of files are relative to that file. A value that
may be encrypted is set with \`pulumi config set --secret --path\`.

${fieldTables([{ label: "", schema: stackConfig() }], [])}`;
}

function limitsTable(): string {
  const sources = [...new Set(LIMIT_TABLE.map(({ source }) => source))];
  const part = (source: string): string => {
    const rows = LIMIT_TABLE.filter((limit) => limit.source === source);
    const head = ["Limit", "Value", "For", "Azure raises it", "What"];
    const lines = rows.map(({ key, value, unit, appliesTo, raisable, ceiling, description }) => [
      code(key),
      `${value} ${value === 1 ? unit.replace(/s$/, "") : unit}`,
      appliesTo.join(", "),
      raisable ? (ceiling === undefined ? "yes" : `up to ${ceiling}`) : "no",
      plain(description),
    ]);
    return `### ${source}\n\nRead on ${[...new Set(rows.map(({ readOn }) => readOn))].join(", ")}.\n\n${table(head, lines)}`;
  };
  return `## Limits

Azure's figures, per region, with the date of the page that states them. What Azure raised for you stands in
\`mlendpoints:limits\`.

${sources.map(part).join("\n\n")}`;
}

function vmSizes(): string {
  const head = ["Size", "Family", "vCPU", "Memory", "GPU", "20 % held for upgrades"];
  const rows = VM_SIZES.map(({ name, family, cores, memoryGiB, gpus, gpuModel, gpuMemoryGiB, exempt }) => [
    code(usualSpelling(name)),
    family,
    String(cores),
    `${memoryGiB} GiB`,
    gpus === 0 ? "–" : `${fraction(gpus)} × ${gpuModel}, ${gpuMemoryGiB} GiB`,
    exempt ? "no" : "yes",
  ]);
  return `## VM sizes

Sizes that managed online endpoints run on, in any case. \`mlendpoints:vmSizes\` adds to them. Azure's page:
reference-managed-online-endpoints-vm-sku-list.

${table(head, rows)}`;
}

/** Some sizes own part of a GPU. */
function fraction(gpus: number): string {
  return gpus < 1 ? `1/${Math.round(1 / gpus)}` : String(gpus);
}

function metrics(): string {
  const head = ["Metric", "Of", "Unit", "Combined by", "Dimensions"];
  const rows = METRICS.map(({ name, scope, unit, aggregations, dimensions }) => [
    code(name),
    scope,
    unit,
    aggregations.join(", "),
    dimensions.length === 0 ? "–" : dimensions.join(", "),
  ]);
  return `## Metrics of autoscale rules\n\n${table(head, rows)}`;
}

function roles(): string {
  const rows = ROLES.map(({ name, id, purpose, source, broad }) => [
    name,
    code(id),
    plain(purpose) + (broad ? " (far more than any endpoint needs)" : ""),
    source,
  ]);
  return `## Roles

Azure's roles that an endpoint's identity, or whoever deploys, may need; by name or id in \`mlendpoints:roleAssignments\`.

${table(["Role", "Id", "To", "Source"], rows)}`;
}

function errorCodes(): string {
  const part = (title: string, rows: readonly ErrorCodeRow[]): string =>
    `### ${title}\n\n${table(
      ["Code", "Meaning"],
      rows.map(({ code: each, meaning }) => [code(each), plain(meaning)]),
    )}`;
  const azure = ERROR_CODES.filter(({ from }) => from === "azure");
  const kinds = (row: ErrorCodeRow): string => row.kinds.join(" and ");
  const source = [...new Set(azure.map((row) => row.source))].join(", ");
  return `## Error codes

Codes are Azure's own where Azure has one (${source}).

${[...new Set(azure.map(kinds))]
  .map((each) =>
    part(
      `Azure's, ${each}`,
      azure.filter((row) => kinds(row) === each),
    ),
  )
  .join("\n\n")}

${part(
  "Ours",
  ERROR_CODES.filter(({ from }) => from === "mlendpoints"),
)}`;
}
