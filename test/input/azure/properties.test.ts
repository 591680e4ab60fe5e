import { expect } from "chai";
import fc from "fast-check";
import { stringify } from "yaml";
import { checkText } from "../../../input/azure/check-file";
import { KubernetesDeploymentSchema, ManagedDeploymentSchema } from "../../../input/azure/deployment/schema";
import { KubernetesEndpointSchema, ManagedEndpointSchema } from "../../../input/azure/endpoint/schema";
import { checkFields } from "../../../input/documents/check";
import { formatPath, parseYaml, type YamlPath } from "../../../input/documents/document";
import { formatErrors } from "../../../input/documents/errors";
import { Collector } from "../../../input/documents/findings";
import { parseSetPath } from "../../../input/documents/override";
import { runs, SEED } from "../../support/effort";
import { kubernetesDeployment, kubernetesEndpoint, managedDeployment, managedEndpoint } from "./arbitrary";

type Fields = Record<string, unknown>;

const KINDS = [
  { kind: "managed endpoint", documents: managedEndpoint, schema: ManagedEndpointSchema },
  { kind: "Kubernetes endpoint", documents: kubernetesEndpoint, schema: KubernetesEndpointSchema },
  { kind: "managed deployment", documents: managedDeployment, schema: ManagedDeploymentSchema },
  { kind: "Kubernetes deployment", documents: kubernetesDeployment, schema: KubernetesDeploymentSchema },
] as const;

/** YAML 1.1, as everything here reads it; `yes` in a string gets its quotes. */
function print(value: unknown): string {
  return stringify(value, { version: "1.1", lineWidth: 0 });
}

function parse(text: string, schema: (typeof KINDS)[number]["schema"]): unknown {
  const found = new Collector();
  const document = found.take(parseYaml("file.yml", text));
  const value = document === undefined ? undefined : found.take(checkFields(schema, document, { rule: "schema" }));
  const { errors } = found.findings;
  expect(errors, formatErrors(errors)).to.deep.equal([]);
  return value;
}

describe("properties of the specs", () => {
  for (const { kind, documents, schema } of KINDS) {
    it(`accepts every ${kind} that Azure takes`, () => {
      fc.assert(
        fc.property(documents, (document) => {
          const report = checkText("file.yml", print(document));
          expect(report.verdict, formatErrors(report.errors)).to.equal("accept");
        }),
        { numRuns: runs(300) },
      );
    });

    it(`reads a printed ${kind} as the same`, () => {
      fc.assert(
        fc.property(documents, (document) => {
          const once = parse(print(document), schema);
          expect(parse(print(once), schema)).to.deep.equal(once);
        }),
        { numRuns: runs(300) },
      );
    });

    it(`answers one fault in a ${kind} with one error at its place`, () => {
      const seen = new Set<string>();
      fc.assert(
        fc.property(documents, fc.nat(), (document, choice) => {
          const all = mutations(document);
          const { path, value, what } = all[choice % all.length]!;
          const report = checkText("file.yml", print(withValue(document, path, value)));
          expect(
            report.errors.map((error) => error.path),
            `${what}\n${formatErrors(report.errors)}`,
          ).to.deep.equal([formatPath(path)]);
          seen.add(what);
        }),
        { numRuns: runs(1500), seed: SEED },
      );
      expect([...seen].sort()).to.deep.equal(["enum", "range", "type", "unknown key"]);
    });
  }

  it("writes paths that --set reads", () => {
    const key = fc.oneof(fc.stringMatching(/^[a-z_]{1,6}$/), fc.constantFrom("nvidia.com/gpu", "a b", "x[0]", "A=B"));
    fc.assert(
      fc.property(key, fc.array(fc.oneof(key, fc.nat(9))), (first, rest) => {
        fc.pre(![first, ...rest].includes("A=B"));
        expect(parseSetPath(formatPath([first, ...rest]))).to.deep.equal([first, ...rest]);
      }),
    );
  });
});

interface Mutation {
  readonly what: "type" | "range" | "unknown key" | "enum";
  readonly path: YamlPath;
  readonly value: unknown;
}

const NUMBERS = [
  "instance_count",
  "request_timeout_ms",
  "max_concurrent_requests_per_instance",
  "initial_delay",
  "period",
  "timeout",
  "success_threshold",
  "failure_threshold",
  "port",
  "min_instances",
  "max_instances",
  "target_utilization_percentage",
  "polling_interval",
];
const WORDS = ["auth_mode", "public_network_access", "egress_public_network_access", "rolling_rate", "os_type"];
const FREE = ["tags", "properties", "$schema", "flavors"];
/** Maps whose keys are the user's. */
const NAMED = ["traffic", "mirror_traffic", "environment_variables", "collections"];

/** Every single fault that can be put into a document. */
function mutations(document: Fields): Mutation[] {
  const found: Mutation[] = [];
  const walk = (value: unknown, path: YamlPath): void => {
    const key = String(path.at(-1) ?? "");
    if (FREE.includes(key)) {
      found.push(...(key === "$schema" ? [] : [{ what: "type" as const, path, value: ["x"] }]));
      return;
    }
    if (path.length > 0) {
      // A list is nothing that any of these fields takes; one of identities may be.
      found.push(
        ...(key === "user_assigned_identities" || key === "capture_headers" || typeof key === "number"
          ? []
          : [{ what: "type" as const, path, value: [["x"]] }]),
      );
    }
    if (NUMBERS.includes(key)) {
      found.push(
        { what: "range", path, value: 0 },
        { what: "type", path, value: "many" },
        { what: "type", path, value: true },
      );
    }
    const parent = String(path.at(-2) ?? "");
    if (parent === "traffic" || parent === "mirror_traffic") {
      found.push({ what: "range", path, value: -1 }, { what: "range", path, value: 101 });
    }
    if (key === "sampling_rate") {
      found.push({ what: "range", path, value: 1.5 });
    }
    if (WORDS.includes(key) || (key === "type" && path.length > 1)) {
      found.push({ what: "enum", path, value: "zzz" });
    }
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      if (!NAMED.includes(key)) {
        found.push({ what: "unknown key", path: [...path, "zzz"], value: 1 });
      }
      for (const [inner, each] of Object.entries(value)) {
        walk(each, [...path, inner]);
      }
    }
  };
  walk(document, []);
  return found;
}

function withValue(document: Fields, path: YamlPath, value: unknown): Fields {
  const copy = structuredClone(document);
  let holder: Fields = copy;
  for (const step of path.slice(0, -1)) {
    holder = holder[step] as Fields;
  }
  holder[String(path.at(-1))] = value;
  return copy;
}
