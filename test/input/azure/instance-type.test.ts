import { expect } from "chai";
import {
  DEFAULT_INSTANCE_TYPE,
  type InstanceTypeSpec,
  instanceTypesWith,
  isInstanceType,
  parseInstanceTypes,
} from "../../../input/azure/instance-type";
import { parseYaml } from "../../../input/documents/document";
import type { SpecError } from "../../../input/documents/errors";

const GI = 1024 ** 3;

const SINGLE = `apiVersion: amlarc.azureml.com/v1alpha1
kind: InstanceType
metadata:
  name: gpu-large
spec:
  nodeSelector:
    pool: gpu
  resources:
    limits:
      cpu: "1"
      nvidia.com/gpu: 1
      memory: "2Gi"
    requests:
      cpu: "700m"
      memory: "1500Mi"
`;

const LIST = `apiVersion: amlarc.azureml.com/v1alpha1
kind: InstanceTypeList
items:
  - metadata:
      name: cpusmall
    spec:
      resources:
        requests: {cpu: "100m", memory: "100Mi"}
        limits: {cpu: "1", nvidia.com/gpu: 0, memory: "1Gi"}
  - metadata:
      name: defaultinstancetype
    spec:
      resources:
        requests: {cpu: "1", memory: "1Gi"}
        limits: {cpu: "1", nvidia.com/gpu: null, memory: "1Gi"}
`;

interface Outcome {
  readonly types: readonly InstanceTypeSpec[];
  readonly errors: readonly SpecError[];
  readonly warnings: readonly SpecError[];
}

function parse(text: string): Outcome {
  const document = parseYaml("types.yml", text);
  expect(document.findings.errors).to.deep.equal([]);
  const { value: types, findings } = parseInstanceTypes(document.value!);
  return { types, ...findings };
}

/** The one fault of a file in short: code, line and path. */
function faultOf(text: string): string {
  const { errors, types } = parse(text);
  expect(errors.length, JSON.stringify(errors)).to.equal(1);
  expect(types).to.have.length(0);
  return `${errors[0]!.code} ${errors[0]!.line} ${errors[0]!.path}`;
}

describe("instance types", () => {
  it("are read from a file of one", () => {
    const { types, errors, warnings } = parse(SINGLE);
    expect([...errors, ...warnings]).to.deep.equal([]);
    expect(types).to.deep.equal([
      {
        name: "gpu-large",
        nodeSelector: { pool: "gpu" },
        requests: { cores: 0.7, memoryBytes: 1500 * 1024 ** 2 },
        limits: { cores: 1, memoryBytes: 2 * GI, gpus: 1 },
        place: { file: "types.yml", line: 4, column: 9 },
      },
    ]);
  });

  it("are read from a list", () => {
    const { types, errors, warnings } = parse(LIST);
    expect([...errors, ...warnings]).to.deep.equal([]);
    expect(types.map(({ name, limits }) => [name, limits.gpus])).to.deep.equal([
      ["cpusmall", 0],
      ["defaultinstancetype", 0],
    ]);
    expect(types[1]?.place?.line).to.equal(11);
  });

  it("are known by group and kind", () => {
    expect(isInstanceType({ apiVersion: "amlarc.azureml.com/v1alpha1", kind: "InstanceType" })).to.equal(true);
    expect(isInstanceType({ apiVersion: "amlarc.azureml.com/v1beta1", kind: "InstanceTypeList" })).to.equal(true);
    expect(isInstanceType({ apiVersion: "amlarc.azureml.com/v1alpha1", kind: "AmlJob" })).to.equal(false);
    expect(isInstanceType({ apiVersion: "apps/v1", kind: "InstanceType" })).to.equal(false);
    for (const other of [undefined, null, "InstanceType", [], { kind: "InstanceType" }, { name: "blue" }]) {
      expect(isInstanceType(other)).to.equal(false);
    }
  });

  const one: readonly [string, string, string, string][] = [
    ["a request over its limit", '"700m"', '"1001m"', "BadArgument 14 spec.resources.requests.cpu"],
    ["a request over its limit in other units", '"1500Mi"', '"2.5G"', "BadArgument 15 spec.resources.requests.memory"],
    ["no CPU at all", '"700m"', '"0"', "InvalidValue 14 spec.resources.requests.cpu"],
    ["no memory at all", '"2Gi"', '"0"', "InvalidValue 12 spec.resources.limits.memory"],
    ["less than no CPU", '"700m"', '"-1"', "BadArgument 14 spec.resources.requests.cpu"],
    ["an empty value", '"2Gi"', '""', "BadArgument 12 spec.resources.limits.memory"],
    ["a unit that does not exist", '"2Gi"', '"2GB"', "BadArgument 12 spec.resources.limits.memory"],
    ["memory without its unit", '"1500Mi"', '"1500"', "BadArgument 15 spec.resources.requests.memory"],
    ["memory in thousandths", '"1500Mi"', '"1500000m"', "BadArgument 15 spec.resources.requests.memory"],
    ["a number without quotes", '"700m"', "1", "InvalidType 14 spec.resources.requests.cpu"],
    ["half a GPU", "gpu: 1", "gpu: 0.5", 'BadArgument 11 spec.resources.limits["nvidia.com/gpu"]'],
    ["a GPU in words", "gpu: 1", "gpu: one", 'BadArgument 11 spec.resources.limits["nvidia.com/gpu"]'],
    [
      "a GPU in requests",
      'cpu: "700m"',
      'cpu: "700m"\n      nvidia.com/gpu: 1',
      'BadArgument 15 spec.resources.requests["nvidia.com/gpu"]',
    ],
    ["a missing limit", '      cpu: "1"\n', "", "MissingField 10 spec.resources.limits.cpu"],
    ["an empty request", 'cpu: "700m"', "cpu:", "MissingField 14 spec.resources.requests.cpu"],
    [
      "a resource that nobody knows",
      'cpu: "700m"',
      'cpu: "700m"\n      disk: 1Gi',
      "UnknownField 15 spec.resources.requests.disk",
    ],
    ["a label that is no text", "pool: gpu", "pool: true", "InvalidType 7 spec.nodeSelector.pool"],
    ["a name with capitals", "gpu-large", "GpuLarge", "BadArgument 4 metadata.name"],
    ["a name with a dash at its end", "gpu-large", "gpu-", "BadArgument 4 metadata.name"],
    ["no name", "  name: gpu-large", "  labels: {}", "MissingField 4 metadata.name"],
    ["a version that nobody reads", "v1alpha1", "v1", "InvalidValue 1 apiVersion"],
    ["a misspelt field", "nodeSelector", "nodeselector", "UnknownField 6 spec.nodeselector"],
  ];
  for (const [what, from, to, fault] of one) {
    it(`are refused with ${what}`, () => {
      expect(SINGLE).to.include(from);
      expect(faultOf(SINGLE.replace(from, to))).to.equal(fault);
    });
  }

  it("say what to do, whose rule it is and where it stands", () => {
    const [error] = parse(SINGLE.replace('"1500Mi"', '"2.5G"')).errors;
    expect(error).to.deep.include({
      message: "is more than the limit of 2Gi",
      value: "2.5G",
      allowed: "at most 2Gi",
      hint: "lower the request, or raise the limit",
      rule: "service",
    });
    expect(parse(SINGLE.replace('"2Gi"', '"2GB"')).errors[0]).to.include({
      rule: "service",
      source: "how-to-manage-kubernetes-instance-types",
    });
  });

  it("may write GPUs in quotes, as null or not at all", () => {
    for (const [written, gpus] of [
      ['nvidia.com/gpu: "2"', 2],
      ["nvidia.com/gpu: null", 0],
      ["nvidia.com/gpu: 0", 0],
      ["# none", 0],
    ] as const) {
      expect(parse(SINGLE.replace("nvidia.com/gpu: 1", written)).types[0]?.limits.gpus).to.equal(gpus);
    }
  });

  it("may ask for all of their limit, and need no node selector", () => {
    const text = SINGLE.replace('"700m"', '"1000m"')
      .replace('"1500Mi"', '"2048Mi"')
      .replace("  nodeSelector:\n    pool: gpu\n", "");
    expect(parse(text)).to.deep.include({ errors: [], warnings: [] });
    expect(parse(text).types[0]?.nodeSelector).to.deep.equal({});
  });

  it("tell every fault of a list and keep what is right", () => {
    const { types, errors } = parse(
      `${LIST.replace("cpusmall", "CPU")}  - metadata: {name: other}\n    spec: {resources: {requests: {}, limits: {cpu: "1", memory: "1Gi"}}}\n`,
    );
    expect(errors.map(({ path }) => path)).to.deep.equal([
      "items[0].metadata.name",
      "items[2].spec.resources.requests.cpu",
      "items[2].spec.resources.requests.memory",
    ]);
    expect(types.map(({ name }) => name)).to.deep.equal(["defaultinstancetype"]);
  });

  it("have a name of their own in a list", () => {
    const { errors } = parse(LIST.replace("cpusmall", "defaultinstancetype"));
    expect(errors.map(({ code, line, path }) => `${code} ${line} ${path}`)).to.deep.equal([
      "BadArgument 11 items[1].metadata.name",
    ]);
  });

  const beside: readonly [string, readonly [string, string][], readonly string[]][] = [
    [
      "a request over its limit beside a label that is no text",
      [
        ["pool: gpu", "pool: true"],
        ['"700m"', '"2"'],
      ],
      ["InvalidType 7 spec.nodeSelector.pool", "BadArgument 14 spec.resources.requests.cpu"],
    ],
    [
      "a request over its limit beside a misspelt field and a missing limit",
      [
        ["nodeSelector", "nodeselector"],
        ['      memory: "2Gi"\n', ""],
        ['"700m"', '"2"'],
      ],
      [
        "BadArgument 13 spec.resources.requests.cpu",
        "MissingField 10 spec.resources.limits.memory",
        "UnknownField 6 spec.nodeselector",
      ],
    ],
    [
      "no request over a limit that is a fault itself",
      [['cpu: "1"', 'cpu: "0"']],
      ["InvalidValue 10 spec.resources.limits.cpu"],
    ],
  ];
  for (const [what, changes, faults] of beside) {
    it(`tell ${what}`, () => {
      const text = changes.reduce((found, [from, to]) => {
        expect(found).to.include(from);
        return found.replace(from, to);
      }, SINGLE);
      const { errors, types } = parse(text);
      expect(errors.map(({ code, line, path }) => `${code} ${line} ${path}`)).to.have.members(faults);
      expect(types).to.deep.equal([]);
    });
  }

  it("tell a name that stands twice, also when the first one of that name has faults", () => {
    const twice = LIST.replace("cpusmall", "defaultinstancetype").replace('{cpu: "100m", memory: "100Mi"}', "{}");
    const places = (text: string): string[] => parse(text).errors.map(({ code, path }) => `${code} ${path}`);
    expect(places(twice)).to.have.members([
      "MissingField items[0].spec.resources.requests.cpu",
      "MissingField items[0].spec.resources.requests.memory",
      "BadArgument items[1].metadata.name",
    ]);
    const invalid = LIST.replace("cpusmall", "CPU").replace("defaultinstancetype", "CPU");
    expect(parse(invalid).errors.map(({ path, message }) => `${path} ${message}`)).to.have.members([
      "items[0].metadata.name is not a name that Kubernetes takes",
      "items[1].metadata.name is not a name that Kubernetes takes",
      "items[1].metadata.name two instance types of this file are called 'CPU'",
    ]);
  });

  it("of a list with a fault of its own are read all the same", () => {
    const { errors, warnings } = parse(
      LIST.replace("items:", "extra: 1\nitems:").replace("name: cpusmall", "name: CPU\n      namespace: x"),
    );
    expect(errors.map(({ code, path }) => `${code} ${path}`)).to.have.members([
      "UnknownField extra",
      "BadArgument items[0].metadata.name",
    ]);
    expect(warnings.map(({ path }) => path)).to.deep.equal(["items[0].metadata.namespace"]);
  });

  it("warn of a namespace and of an empty list", () => {
    const { warnings, errors, types } = parse(SINGLE.replace("  name: gpu-large", "  name: gpu-large\n  namespace: x"));
    expect(errors).to.deep.equal([]);
    expect(types).to.have.length(1);
    expect(warnings.map(({ code, line, path }) => `${code} ${line} ${path}`)).to.deep.equal([
      "NoEffect 5 metadata.namespace",
    ]);
    const empty = parse("apiVersion: amlarc.azureml.com/v1alpha1\nkind: InstanceTypeList\nitems: []\n");
    expect(empty.errors).to.deep.equal([]);
    expect(empty.warnings.map(({ code, line }) => `${code} ${line}`)).to.deep.equal(["NoEffect 3"]);
  });

  it("never throw at a list of something else", () => {
    for (const items of ["[1, null, text]", "5", "{a: 1}", "[{metadata: 1, spec: []}]"]) {
      const { errors, types } = parse(
        `apiVersion: amlarc.azureml.com/v1alpha1\nkind: InstanceTypeList\nitems: ${items}\n`,
      );
      expect(errors, items).to.not.deep.equal([]);
      expect(types).to.deep.equal([]);
    }
  });
});

describe("the instance types of a cluster", () => {
  it("begin with the built-in one", () => {
    const types = instanceTypesWith([]);
    expect(types.names()).to.deep.equal(["defaultinstancetype"]);
    expect(types.find("DefaultInstanceType")).to.deep.equal({
      name: "defaultinstancetype",
      nodeSelector: {},
      requests: { cores: 0.1, memoryBytes: 2 * GI },
      limits: { cores: 2, memoryBytes: 2 * GI, gpus: 0 },
    });
  });

  it("replace it by one of that name", () => {
    const types = instanceTypesWith(parse(LIST).types);
    expect(types.names()).to.have.members(["defaultinstancetype", "cpusmall"]);
    expect(types.find("defaultinstancetype")?.requests).to.deep.equal({ cores: 1, memoryBytes: GI });
    expect(DEFAULT_INSTANCE_TYPE.requests.cores).to.equal(0.1);
    expect(types.find("gpu-large")).to.equal(undefined);
  });
});
