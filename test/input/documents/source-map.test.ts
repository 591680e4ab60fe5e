import { expect } from "chai";
import fc from "fast-check";
import { stringify } from "yaml";
import { type LocatedDocument, parseYaml } from "../../../input/documents/document";
import { withOverrides } from "../../../input/documents/override";
import type { YamlPath } from "../../../input/documents/path";
import { placeOf, type SourceMap, sourceMapOf } from "../../../input/documents/source-map";

const key = fc.oneof(
  fc.stringMatching(/^[a-c]$/),
  fc.constantFrom("a.b", "x y", "__proto__", "constructor", "[0]", "", "0"),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 4 }, fc.constantFrom<unknown>(1, "text", null, true), tie("map"), tie("list")),
  map: fc.dictionary(key, tie("any"), { maxKeys: 4 }),
  list: fc.array(tie("any"), { maxLength: 3 }),
})).any;
const path = fc.array(fc.oneof(key, fc.nat(3)), { maxLength: 5 });

/** Whether a path goes into lists by index and into maps by key, as far as there is something. */
function isMeant(data: unknown, [step, ...rest]: YamlPath): boolean {
  return (
    step === undefined ||
    typeof data !== "object" ||
    data === null ||
    (Array.isArray(data) === (typeof step === "number") &&
      isMeant(Object.getOwnPropertyDescriptor(data, step)?.value, rest))
  );
}

function documentOf(data: unknown): LocatedDocument {
  return parseYaml("file.yml", stringify({ root: data }, { version: "1.1" })).value as LocatedDocument;
}

describe("a source map", () => {
  it("knows what the document knows of every path, be there something or not", () => {
    fc.assert(
      fc.property(value, path, (data, rest) => {
        fc.pre(isMeant(data, rest));
        const document = documentOf(data);
        expect(placeOf(sourceMapOf(document), ["root", ...rest])).to.deep.equal(document.at(["root", ...rest]));
      }),
    );
  });

  it("is plain data", () => {
    fc.assert(
      fc.property(value, path, (data, rest) => {
        const sources = sourceMapOf(documentOf(data));
        const read = JSON.parse(JSON.stringify(sources)) as SourceMap;
        expect(placeOf(read, ["root", ...rest])).to.deep.equal(placeOf(sources, ["root", ...rest]));
      }),
    );
  });

  it("points to where a value was set in place of the file's", () => {
    const elsewhere = (rest: YamlPath) => ({ file: "stack.yaml", line: 9, column: rest.length });
    const { value: document } = withOverrides(documentOf({ a: 1 }), [
      { path: ["root", "b"], value: { c: [1] }, at: elsewhere, keyAt: elsewhere },
    ]);
    const sources = sourceMapOf(document);
    expect(placeOf(sources, ["root", "a"])).to.deep.include({ file: "file.yml", line: 2 });
    expect(placeOf(sources, ["root", "b", "c", 0])).to.deep.equal(elsewhere(["c", 0]));
    expect(placeOf(sources, ["root", "b", "missing"]).file).to.equal("stack.yaml");
  });
});
