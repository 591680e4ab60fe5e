import { expect } from "chai";
import { ManagedEndpointSchema } from "../../../input/azure/endpoint/schema";
import { checkFields } from "../../../input/documents/check";
import { type LocatedDocument, parseYaml, type YamlPath } from "../../../input/documents/document";

const TEXT = `base: &base
  a: one
  b: two
more: &more { b: three, c: four }
both:
  <<: [*base, *more]
  d: five
twice:
  x: 1
  y: 2
  x: 3
again: *base
nested: &nested
  <<: *base
  list: [ *more ]
deep: { <<: *nested }
1: number
~: nothing
`;

describe("a located document", () => {
  const document = parseYaml("file.yml", TEXT).value as LocatedDocument;
  const at = (path: YamlPath): string => place(document.at(path));
  const keyAt = (path: YamlPath): string => place(document.keyAt(path));
  function place({ line, column }: { readonly line: number; readonly column: number }): string {
    return `${line}:${column}`;
  }

  it("finds values and keys", () => {
    expect([at(["base", "a"]), keyAt(["base", "a"])]).to.deep.equal(["2:6", "2:3"]);
    expect([at(["1"]), at([1]), at([""])]).to.deep.equal(["17:4", "17:4", "18:4"]);
  });

  it("finds the last of a key that stands twice, as the value is the last one's", () => {
    expect(document.value).to.have.nested.property("twice.x", 3);
    expect([at(["twice", "x"]), keyAt(["twice", "x"])]).to.deep.equal(["11:6", "11:3"]);
    expect(document.written(["twice", "x"])).to.equal("3");
  });

  it("looks through aliases and merge keys: own keys first, then the first map that has it", () => {
    expect(document.value).to.have.deep.property("both", { a: "one", b: "two", c: "four", d: "five" });
    expect(["a", "b", "c", "d"].map((key) => at(["both", key]))).to.deep.equal(["2:6", "3:6", "4:28", "7:6"]);
    expect([at(["again", "b"]), keyAt(["again", "b"])]).to.deep.equal(["3:6", "3:3"]);
    expect(at(["deep", "a"])).to.equal("2:6");
    expect(at(["deep", "list", 0, "c"])).to.equal("4:28");
  });

  it("falls back to what is nearest above, and finds no key there", () => {
    expect(at(["both", "zzz", "x"])).to.equal("6:3");
    expect(keyAt(["twice", "zzz"])).to.equal("9:3");
    expect(at(["nested", "list", 7])).to.equal(at(["nested", "list"]));
  });

  it("takes the anchor that stands last before an alias", () => {
    const twice = parseYaml("file.yml", "a: &x { k: 1 }\nb: *x\nc: &x { k: 2 }\nd: *x\n").value as LocatedDocument;
    expect([twice.at(["b", "k"]).line, twice.at(["d", "k"]).line]).to.deep.equal([1, 3]);
  });
});

describe("a file of 20,000 faults", () => {
  const COUNT = 20_000;
  const keys = (indent: string): string =>
    Array.from({ length: COUNT }, (_, index) => `${indent}unknown_key_${index}: ${index}\n`).join("");

  const files: readonly [string, string, number][] = [
    ["unknown keys", `name: shop\nauth_mode: key\n${keys("")}`, COUNT],
    [
      "unknown keys of a map inside",
      `name: shop\nauth_mode: key\nidentity:\n  type: system_assigned\n${keys("  ")}`,
      COUNT,
    ],
    ["unknown keys that are merged in", `name: shop\nx: &x\n${keys("  ")}<<: *x\n`, COUNT + 1],
  ];
  for (const [what, text, count] of files) {
    it(`is told in full: ${what}`, () => {
      const document = parseYaml("file.yml", text).value as LocatedDocument;
      const { errors } = checkFields(ManagedEndpointSchema, document, { rule: "schema" }).findings;
      expect(errors).to.have.length(count);
      expect(errors.at(-1)).to.include({
        code: "UnknownField",
        line: text.split("\n").findLastIndex((line) => /unknown/.test(line)) + 1,
      });
    });
  }

  const aliases: readonly [string, string, number][] = [
    ["aliases", "a: &a 1\nb:\n", 0],
    ["aliases of nothing", "b:\n", COUNT],
  ];
  for (const [what, head, count] of aliases) {
    it(`is read: ${what}`, () => {
      const text = head + "  - *a\n".repeat(COUNT);
      const { errors } = parseYaml("file.yml", text).findings;
      expect(errors.filter(({ message }) => message.startsWith("there is no anchor"))).to.have.length(count);
    });
  }
});
