import { expect } from "chai";
import { checkText } from "../../../input/azure/check-file";
import { type LocatedDocument, parseYaml } from "../../../input/documents/document";
import { type Override, parseSetPath, withOverrides } from "../../../input/documents/override";

const FILE = `name: shop
identity:
  type: user_assigned
  user_assigned_identities:
    - resource_id: one
tags: { a: 1 }
`;

function document(): LocatedDocument {
  return parseYaml("endpoint.yml", FILE).value as LocatedDocument;
}

function override(path: string, value: unknown): Override {
  const place = { file: "stack.yaml", line: 7, column: 9 };
  return { path: parseSetPath(path) ?? [], value, at: () => place, keyAt: () => ({ ...place, column: 5 }) };
}

describe("overrides", () => {
  const paths: readonly [string, readonly (string | number)[] | undefined][] = [
    ["instance_count", ["instance_count"]],
    ["identity.user_assigned_identities[0].resource_id", ["identity", "user_assigned_identities", 0, "resource_id"]],
    ['resources.limits["nvidia.com/gpu"]', ["resources", "limits", "nvidia.com/gpu"]],
    ["resources.limits['nvidia.com/gpu'].x", ["resources", "limits", "nvidia.com/gpu", "x"]],
    ["a[0][1]", ["a", 0, 1]],
    ["$schema", ["$schema"]],
    ["", undefined],
    [".a", undefined],
    ["a.", undefined],
    ["a..b", undefined],
    ["[0]", undefined],
    ["a[x]", undefined],
    ["a b", undefined],
    ["a[0", undefined],
  ];
  for (const [text, path] of paths) {
    it(`${path === undefined ? "refuse" : "read"} the path '${text}'`, () => {
      expect(parseSetPath(text)).to.deep.equal(path);
    });
  }

  it("stand in the place of the file's values, and say where they come from", () => {
    const { value: changed, findings } = withOverrides(document(), [
      override("identity.user_assigned_identities[0].resource_id", "two"),
      override("identity.user_assigned_identities[1]", { resource_id: "three" }),
      override("request_settings.request_timeout_ms", 9),
    ]);
    expect(findings.errors).to.deep.equal([]);
    expect(changed.value).to.deep.equal({
      name: "shop",
      identity: { type: "user_assigned", user_assigned_identities: [{ resource_id: "two" }, { resource_id: "three" }] },
      tags: { a: 1 },
      request_settings: { request_timeout_ms: 9 },
    });
    expect(changed.at(["name"])).to.deep.equal({ file: "endpoint.yml", line: 1, column: 7 });
    expect(changed.at(["request_settings", "request_timeout_ms"])).to.deep.equal({
      file: "stack.yaml",
      line: 7,
      column: 9,
    });
    expect(changed.keyAt(["identity", "user_assigned_identities", 1, "resource_id"]).column).to.equal(5);
    expect(changed.at(["identity", "type"]).file).to.equal("endpoint.yml");
    expect(changed.written(["request_settings", "request_timeout_ms"])).to.equal(undefined);
  });

  it("leave the file's own values as they are", () => {
    const original = document();
    withOverrides(original, [override("tags.a", 2)]);
    expect((original.value as { tags: unknown }).tags).to.deep.equal({ a: 1 });
  });

  it("let the last of two count", () => {
    const { value: changed } = withOverrides(document(), [override("name", "one"), override("name", "two")]);
    expect((changed.value as { name: string }).name).to.equal("two");
  });

  for (const [path, message] of [
    ["name.first", "'name' is not a map: nothing can be set below it"],
    ["tags[0]", "'tags' is not a list: nothing can be set below it"],
    [
      "identity.user_assigned_identities[4].x",
      "'identity.user_assigned_identities' is a list of 1: the next step must be an index up to 1",
    ],
    [
      "identity.user_assigned_identities.first",
      "'identity.user_assigned_identities' is a list of 1: the next step must be an index up to 1",
    ],
  ] as const) {
    it(`that cannot be applied are refused at their own place: ${path}`, () => {
      const { value: changed, findings } = withOverrides(document(), [override(path, 1)]);
      expect(
        findings.errors.map((error) => [error.file, error.line, error.column, error.path, error.message]),
      ).to.deep.equal([["stack.yaml", 7, 9, path, message]]);
      expect(changed.value).to.deep.equal(document().value);
    });
  }

  const absent: readonly [string, string | undefined][] = [
    ["identity.user_assigned_identities[3]", "identity.user_assigned_identities"],
    ["identity.user_assigned_identities[0].ids[1].x", "identity.user_assigned_identities[0].ids"],
    ["identity.a[0][2]", "identity.a[0]"],
    ["identity.a[0][0].b", undefined],
  ];
  for (const [path, list] of absent) {
    it(`${list === undefined ? "build what is not there" : "leave nothing half-built behind"}: ${path}`, () => {
      const document = parseYaml("endpoint.yml", "name: shop\n").value as LocatedDocument;
      const { value: changed, findings } = withOverrides(document, [override(path, 1)]);
      expect(findings.errors.map(({ message }) => message)).to.deep.equal(
        list === undefined ? [] : [`'${list}' is a list of 0: the next step must be an index up to 0`],
      );
      expect(changed.value).to.deep.equal(
        list === undefined ? { name: "shop", identity: { a: [[{ b: 1 }]] } } : { name: "shop" },
      );
    });
  }

  it("that failed give no error about what they would have built", () => {
    const { errors } = checkText("endpoint.yml", "name: shop\nauth_mode: key\n", {
      set: ["identity.user_assigned_identities[3]=x"],
    });
    expect(errors.map(({ code, path }) => `${code} ${path}`)).to.deep.equal([
      "BadArgument identity.user_assigned_identities[3]",
    ]);
  });

  it("change nothing when one of several fails, and all that the others say", () => {
    const { value: changed, findings } = withOverrides(document(), [
      override("tags.b", 2),
      override("identity.ids[2]", "x"),
      override("identity.ids[0]", "y"),
    ]);
    expect(findings.errors).to.have.length(1);
    expect(changed.value).to.deep.equal({
      name: "shop",
      identity: { type: "user_assigned", user_assigned_identities: [{ resource_id: "one" }], ids: ["y"] },
      tags: { a: 1, b: 2 },
    });
  });

  it("do not reach what every object has", () => {
    const { value: changed } = withOverrides(document(), [
      override("__proto__.polluted", true),
      override("tags.constructor", "x"),
    ]);
    expect(({} as Record<string, unknown>).polluted).to.equal(undefined);
    expect(Object.hasOwn((changed.value as { tags: object }).tags, "constructor")).to.equal(true);
  });
});
