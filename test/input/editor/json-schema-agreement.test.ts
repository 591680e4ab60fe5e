import { readFileSync } from "node:fs";
import { expect } from "chai";
import Table from "cli-table3";
import fc from "fast-check";
import { checkText, type FileReport, fileKind } from "../../../input/azure/check-file";
import { type LocatedDocument, parseYaml } from "../../../input/documents/document";
import { formatErrors } from "../../../input/documents/errors";
import { type Override, parseSetPath, withOverrides } from "../../../input/documents/override";
import { GAPS } from "../../../input/editor/gaps";
import { runs } from "../../support/effort";
import { type CorpusCase, checkCase, corpusCases, mainFile } from "../azure/corpus";
import { pathsOf, validator, valueAt } from "./schema-support";

const VALIDATORS = { endpoint: validator("endpoint"), deployment: validator("deployment") };

/** The gaps that explain why a schema accepts what is refused; undefined when a fault is left that it could have said. */
function gapsOf({ errors }: FileReport, value: unknown): string[] | undefined {
  const found = errors.map((error) => GAPS.find((gap) => gap.matches(error, valueAt(value, error.path)))?.name);
  return found.some((name) => name === undefined)
    ? undefined
    : [...new Set(found.filter((name) => name !== undefined))];
}

/** A file's value as an editor sees it, with what the index overrides; undefined when it is not YAML. */
function readCase(each: CorpusCase): { readonly value: unknown } | undefined {
  const { value: document } = parseYaml(each.main, readFileSync(mainFile(each), "utf8"));
  return document === undefined ? undefined : { value: overridden(document, each.overrides ?? {}).value };
}

function overridden(document: LocatedDocument, pairs: Readonly<Record<string, string>>): LocatedDocument {
  const nowhere = () => ({ file: document.file, line: 0, column: 0 });
  const overrides = Object.entries(pairs).map(
    ([path, text]): Override => ({
      path: parseSetPath(path) ?? [],
      value: /^\s*[[{]/.test(text) ? JSON.parse(text) : text,
      at: nowhere,
      keyAt: nowhere,
    }),
  );
  return withOverrides(document, overrides).value;
}

describe("JSON Schemas and the checker", () => {
  const cases = corpusCases();
  const disagreeing = new Map<string, string[]>();

  for (const each of cases) {
    it(`${each.verdict} ${each.id} alike, or for a reason`, () => {
      const read = readCase(each);
      const faults = read === undefined ? undefined : VALIDATORS[each.kind](read.value);
      if (each.verdict === "accept") {
        expect(pathsOf(faults ?? [])).to.deep.equal([]);
        return;
      }
      const report = checkCase(each);
      if (faults !== undefined && faults.length > 0) {
        // For the same reason, too: at a place that the checker names, or around it.
        const at = pathsOf(faults);
        expect(
          report.errors.some(({ path }) => at.some((where) => where.startsWith(path) || path.startsWith(where))),
          `${at.join(", ")} – ${formatErrors(report.errors)}`,
        ).to.equal(true);
        return;
      }
      const gaps = gapsOf(report, read?.value);
      expect(gaps, formatErrors(report.errors)).to.not.equal(undefined);
      for (const gap of gaps ?? []) {
        disagreeing.set(gap, [...(disagreeing.get(gap) ?? []), each.id]);
      }
    });
  }

  after(() => {
    if (disagreeing.size > 0) {
      const table = new Table({
        head: ["what JSON Schema cannot say", "cases", "which"],
        colAligns: ["left", "right", "left"],
        colWidths: [null, null, 80],
        wordWrap: true,
        style: { head: [], border: [], compact: true },
      });
      for (const { name } of GAPS) {
        const ids = disagreeing.get(name) ?? [];
        table.push([name, ids.length, ids.join(" ")]);
      }
      console.log(table.toString());
      console.log(`${new Set([...disagreeing.values()].flat()).size} of ${cases.length} cases`);
    }
  });

  /** `MUTATIONS=100000` runs that many; the everyday run takes a share of them. */
  const many = Number(process.env["MUTATIONS"] ?? runs(3000));

  it(`agree about ${many} mutations of these files`, function () {
    this.timeout(600_000);
    const documents = cases.flatMap((each) => {
      const value = JSON.parse(JSON.stringify(readCase(each)?.value ?? null)) as unknown;
      const map = typeof value === "object" && value !== null && !Array.isArray(value);
      return map ? [{ file: mainFile(each), kind: each.kind, value: value as Record<string, unknown> }] : [];
    });
    const count = { accepted: 0, refused: 0, gap: 0 };
    fc.assert(
      fc.property(
        fc.nat(documents.length - 1),
        fc.array(fc.record({ edit: fc.nat(4), at: fc.nat(), key: fc.nat(), value: fc.constantFrom(...VALUES) }), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.nat(documents.length - 1),
        (which, edits, other) => {
          const { file, kind, value: original } = documents[which]!;
          const value = structuredClone(original);
          for (const edit of edits) {
            change(value, documents[other]!.value, edit);
          }
          const report = checkText(file, JSON.stringify(value));
          if (fileKind(value) !== kind) {
            return;
          }
          const at = pathsOf(VALIDATORS[kind](value));
          if (report.verdict === "accept") {
            count.accepted += 1;
            expect(at, JSON.stringify(edits)).to.deep.equal([]);
          } else if (at.length > 0) {
            count.refused += 1;
          } else {
            count.gap += 1;
            expect(gapsOf(report, value), formatErrors(report.errors)).to.not.equal(undefined);
          }
        },
      ),
      { numRuns: many, seed: Number(process.env["SEED"] ?? 1), endOnFailure: true },
    );
    console.log(
      `      ${count.accepted} accepted, ${count.refused} refused, ${count.gap} refused by the checker alone`,
    );
    expect(Math.min(count.accepted, count.refused, count.gap)).to.be.greaterThan(0);
  });
});

interface Edit {
  readonly edit: number;
  readonly at: number;
  readonly key: number;
  readonly value: unknown;
}

/** Removes, adds, borrows or replaces a value somewhere inside. */
function change(root: Record<string, unknown>, other: Readonly<Record<string, unknown>>, edit: Edit): void {
  const places = holders(root);
  const [holder, key] = places[edit.at % Math.max(places.length, 1)] ?? [root, "name"];
  const keys = Object.keys(other);
  const borrowed = keys[edit.key % keys.length] ?? "name";
  switch (edit.edit) {
    case 0:
      Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key];
      break;
    case 1:
      (Array.isArray(holder) ? root : holder)[borrowed] = structuredClone(edit.value);
      break;
    case 2:
      root[borrowed] = structuredClone(other[borrowed]);
      break;
    default:
      (holder as Record<string, unknown>)[key] = structuredClone(edit.value);
  }
}

type Holder = Record<string, unknown> | unknown[];

function holders(value: unknown): [Holder, string][] {
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]): [Holder, string][] => [[value as Holder, key], ...holders(inner)])
    : [];
}

/** Values that some rule is about, right in one place and wrong in another. */
const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 2, 2.5, 51, 100, 180_001, 300_001, [], {}, ["a"], { a: 1 }, { blue: 100 }, ""],
  ...[
    "yes",
    "Off",
    "True",
    "3",
    "0",
    " 4 ",
    "1_000",
    "-0",
    "+7",
    "9999999",
    "0.5",
    "1e-1",
    "-0.5",
    "100m",
    "1Gi",
    "1e3",
  ],
  ...[
    "x",
    "abc",
    "a-b",
    "azureml:a:1",
    "azureml:a",
    "azureml:a@latest",
    "azureml:a@",
    "azureml://datastores/d/paths/p",
  ],
  ...["azureml://registries/r/models/m/versions/1", "azureml://registries/r/environments/m/labels/x", "runs:/x", "/a"],
  "azureml:/subscriptions/s/resourceGroups/r/providers/Microsoft.MachineLearningServices/workspaces/w/models/m/versions/1",
  ...["kubernetes", "Kubernetes", "managed", "default", "Default", "target_utilization", "TargetUtilization"],
  ...["mlflow_model", "MLflow_Model", "triton_model", "custom_model", "disabled", "Enabled", "none", "hour", "Month"],
  ...[
    "system_assigned",
    "SystemAssigned",
    "systemassigned",
    "UserAssigned",
    "user_assigned",
    "aad_token",
    "AMLToken",
    "Key",
  ],
  ...["${{azureml://connections/c/target}}", " ${{ azureml://connections/c/credentials/k }} ", "${{x}}", "a ${{b}} c"],
  ...["${{keyvault:https://myvault.vault.azure.net/secrets/s/1}}", "{{X}}", "a{{ x }}b", "<NAME>", "azureml:<NAME>:1"],
  ...[{ path: "x" }, { path: "x", type: "mlflow_model" }, { path: "x", version: 1 }, { image: "i" }],
  ...[{ image: "i", build: { path: "." } }, { type: "default" }, { type: "target_utilization", min_instances: 2 }],
  ...[{ type: "user_assigned" }, { code: "x", scoring_script: "y" }, { requests: { cpu: "1", memory: "1Gi" } }],
  { request_timeout_ms: 200_000 },
];

describe("what JSON Schema cannot say", () => {
  const documented = readFileSync("docs/editors.md", "utf8").replace(/\s+/g, " ");

  const ENDPOINT = "name: fraud\n";
  const DEPLOYMENT =
    "name: blue\nendpoint_name: fraud\ninstance_type: Standard_DS3_v2\ninstance_count: 1\nenvironment: azureml:e:1\n";
  const KUBERNETES = "type: kubernetes\nname: blue\nendpoint_name: fraud\nenvironment: azureml:e:1\n";
  /** One file for each gap that the checker refuses and the schema accepts. */
  const EXAMPLES: Readonly<Record<string, string>> = {
    YAML: "name: 'fraud\n",
    files: `${DEPLOYMENT}model: { path: no-such-folder }\n`,
    "contents of files": `${DEPLOYMENT}code_configuration: { code: docs, scoring_script: editors.md }\n`,
    sums: `${ENDPOINT}traffic: { blue: 60, green: 30 }\n`,
    "two maps": `${ENDPOINT}traffic: { blue: 100 }\nmirror_traffic: { blue: 10 }\n`,
    "other files": `${ENDPOINT}traffic: { blue: 100 }\n`,
    "joined names": `type: kubernetes\nname: ${"b".repeat(32)}\nendpoint_name: ${"e".repeat(32)}\nenvironment: azureml:e:1\n`,
    endpoint_name: DEPLOYMENT.replace("endpoint_name: fraud\n", ""),
    amounts: `${KUBERNETES}resources: { requests: { cpu: "2", memory: 1Gi }, limits: { cpu: "1" } }\n`,
    "numbers in quotes": `${DEPLOYMENT}request_settings: { request_timeout_ms: "180001" }\n`,
    "VM sizes": DEPLOYMENT.replace("Standard_DS3_v2", "Standard_DS33_v2"),
    "raised limits": DEPLOYMENT.replace("instance_count: 1", "instance_count: 51"),
  };

  for (const { name, what } of GAPS) {
    it(`${name}: stands in docs/editors.md`, () => {
      expect(documented).to.include(what);
    });

    it(`${name}: is refused by the checker alone`, () => {
      const text = EXAMPLES[name] ?? "";
      const report = checkText("example.yml", text, { deployments: name === "other files" ? ["green"] : undefined });
      const value = parseYaml("example.yml", text).value?.value;
      expect(report.verdict).to.equal("reject");
      expect(gapsOf(report, value), formatErrors(report.errors)).to.deep.equal([name]);
      expect(value === undefined ? [] : pathsOf(VALIDATORS[report.kind as "endpoint"](value))).to.deep.equal([]);
    });
  }
});
