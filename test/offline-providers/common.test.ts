import { expect } from "chai";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { checkInputs } from "../../offline-providers/common/check";
import { diffState, isIgnored } from "../../offline-providers/common/diff";
import { InitFailed } from "../../offline-providers/common/errors";
import type { Provider } from "../../offline-providers/common/provider";
import { durationText, nanoseconds } from "../../offline-providers/common/rules";
import {
  list,
  object,
  orComputed,
  output,
  replace,
  set,
  stringMap,
  update,
} from "../../offline-providers/common/schema";
import { decodeProps, encodeProps, type Props, Secret, UNKNOWN } from "../../offline-providers/common/values";
import { cpuText } from "../../offline-providers/docker/container-state";
import { failure, initFailure, ProviderClient, urn } from "./support/client";

const properties = {
  name: replace("string", { required: true }),
  size: update("int", { default: 1 }),
  tags: replace(set("string")),
  steps: update(list("string")),
  labels: update(stringMap),
  ports: replace(list(object({ internal: replace("int", { required: true }), external: orComputed(replace("int")) }))),
  rules: update(set(object({ path: update("string"), deny: replace("bool") }))),
  address: orComputed(update("string")),
  id: output("string"),
};

describe("provider common: values", () => {
  it("secrets, unknowns and nesting survive the wire", () => {
    const props: Props = { a: new Secret([1, { b: UNKNOWN }]), c: null, d: [true, "x", 1.5], e: {} };
    expect(decodeProps(encodeProps(props))).to.deep.equal(props);
  });

  it("a resource given as a value is its id; assets are refused", () => {
    const signature = "4dabf18193072939515e22adb298388d";
    const reference = { [signature]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:x", id: "net-1" };
    expect(decodeProps(Struct.fromJavaScript({ reference }))).to.deep.equal({ reference: "net-1" });
    const asset = { [signature]: "c44067f5952c0a294b673a41bacd8c17", path: "x" };
    expect(() => decodeProps(Struct.fromJavaScript({ files: [asset] }))).to.throw(/^files\[0\]: assets/);
  });
});

describe("provider common: check", () => {
  const failures = (news: Props): Record<string, string> =>
    Object.fromEntries(checkInputs(properties, news).failures.map(({ property, reason }) => [property, reason]));

  it("reports every fault at its own path", () => {
    expect(
      failures({ nmae: "x", size: "1", ports: [{ internal: 1 }, {}], labels: { "a b": 1 }, id: "x" }),
    ).to.deep.equal({
      nmae: 'is not a property here; did you mean "name"?',
      name: "is required, and nothing was given",
      size: 'must be a whole number, but is "1"',
      "ports[1].internal": "is required, and nothing was given",
      'labels["a b"]': "must be a string, but is 1",
      id: "is an output and cannot be set",
    });
  });

  it("writes the defaults in, says which they are, and keeps secrets and unknowns", () => {
    const { inputs } = checkInputs(properties, {
      name: new Secret("x"),
      address: UNKNOWN,
      tags: null,
      ports: [{ internal: 1 }],
    });
    expect(inputs).to.deep.equal({
      name: new Secret("x"),
      size: 1,
      address: UNKNOWN,
      ports: [{ internal: 1, __defaults: [] }],
      __defaults: ["size"],
    });
  });
});

describe("provider common: diff", () => {
  const state: Props = {
    name: "n",
    size: 1,
    tags: ["a", "b"],
    steps: ["one", "two"],
    labels: { a: "1", "b.c": "2" },
    ports: [{ internal: 80, external: 32768 }],
    rules: [{ path: "/", deny: false }],
    address: "10.0.0.1",
    id: "x",
  };
  const { address: _address, id: _id, ...same } = state;
  const changes = (news: Props): string[] =>
    diffState(properties, state, { ...same, ...news }).map(
      ({ path, kind, replace }) => `${path} ${kind}${replace ? "!" : ""}`,
    );

  const CASES: readonly [string, Props, readonly string[]][] = [
    ["nothing, when a silent input was filled in by the provider", {}, []],
    ["nothing, when a set has another order", { tags: ["b", "a"] }, []],
    ["nothing, when a nested port was chosen by the engine", { ports: [{ internal: 80 }] }, []],
    ["a replaced scalar", { name: "m" }, ["name update!"]],
    ["an update in place", { size: 2 }, ["size update"]],
    ["a removed input", { size: null, steps: null }, ["size delete", "steps[0] delete", "steps[1] delete"]],
    ["a set item by item", { tags: ["b", "c"] }, ["tags[1] add!", "tags[0] delete!"]],
    ["a list by index", { steps: ["one", "2", "3"] }, ["steps[1] update", "steps[2] add"]],
    [
      "a map by key, quoted where needed",
      { labels: { a: "", d: "4" } },
      ["labels.a update", 'labels["b.c"] delete', "labels.d add"],
    ],
    [
      "a nested list",
      { ports: [{ internal: 81, external: 1 }] },
      ["ports[0].internal update!", "ports[0].external update!"],
    ],
    [
      "an unknown value",
      { name: UNKNOWN, ports: [{ internal: UNKNOWN }] },
      ["name update!", "ports[0].internal update!"],
    ],
    ["a set item whose field forces replacement", { rules: [{ path: "/x" }] }, ["rules[0] update!"]],
    ["a filled-in input that the program now sets", { address: "10.0.0.2" }, ["address update"]],
  ];
  for (const [name, news, expected] of CASES) {
    it(name, () => expect(changes(news)).to.have.members([...expected]));
  }

  it("ignored paths cover what lies under them, and only that", () => {
    expect(isIgnored("labels.a", ["labels"])).to.equal(true);
    expect(isIgnored("ports[0].external", ["ports[*].external"])).to.equal(true);
    expect(isIgnored("sizes", ["size"])).to.equal(false);
  });
});

describe("provider common: texts", () => {
  it("durations are read and written as Go does", () => {
    for (const text of ["0s", "1.5s", "100ms", "1m30s", "2h0m0s", "1h0m5s", "250µs"]) {
      expect(durationText(nanoseconds(text))).to.equal(text);
    }
  });

  it("processors are written back as the official plug-in does, oddities included", () => {
    const cases = { "0.5": 0.5, "0.25": 0.25, "1.0": 1, "2.0": 2, "1.5": 1.5, "0.1": 0.05, "10.": 10 };
    for (const [text, cpus] of Object.entries(cases)) {
      expect(cpuText(Math.round(cpus * 1e9)), String(cpus)).to.equal(text);
    }
  });
});

describe("provider common: server", () => {
  const provider: Provider<undefined> = {
    name: "sample",
    version: "1.0.0",
    config: {},
    configure: () => undefined,
    resources: [
      {
        token: "sample:index/thing:Thing",
        properties: { name: replace("string"), key: replace("string") },
        create: async (_client, inputs) => {
          throw new InitFailed("half made", "id-1", inputs);
        },
        read: async (_client, id, state) => ({ id, state }),
        delete: async () => {
          throw new TypeError("a defect");
        },
      },
    ],
  };
  let client: ProviderClient;
  before(async () => {
    client = await ProviderClient.start(provider);
  });
  after(() => client.stop());
  const thing = urn("sample:index/thing:Thing", "t");

  it("a half-made resource is recorded with its id and its secrets", async () => {
    const error = await client.create(thing, { name: "n", key: new Secret("k") }).catch((reason) => reason);
    const detail = initFailure(error);
    expect(error.details).to.equal("half made");
    expect(detail?.getId()).to.equal("id-1");
    expect(decodeProps(detail?.getProperties())).to.deep.equal({ name: "n", key: new Secret("k") });
  });

  it("errors are one sentence, without a stack", async () => {
    expect(await failure(client.delete(thing, "x", {}))).to.equal("a defect");
  });

  it("a type that is not served is named with those that are, and the way to the official plug-in", async () => {
    const message = await failure(client.check(urn("sample:index/other:Other", "o"), {}));
    expect(message).to.include("sample:index/other:Other").and.to.include("sample:index/thing:Thing");
    expect(message).to.include("pulumi plugin install resource sample 1.0.0");
  });

  it("the package schema lists inputs and outputs", async () => {
    const schema = JSON.parse(await client.schema()) as { resources: Record<string, { inputProperties: object }> };
    expect(Object.keys(schema.resources[`sample:index/thing:Thing`]?.inputProperties ?? {})).to.have.members([
      "name",
      "key",
    ]);
  });
});
