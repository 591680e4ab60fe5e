import { expect } from "chai";
import { z } from "zod";
import { parseYaml } from "../../../input/documents/document";
import { Collector } from "../../../input/documents/findings";
import { type Checked, checkParts, isWhole } from "../../../input/documents/parts";

const Schema = z.strictObject({
  name: z.string().min(2),
  count: z.number().default(5),
  size: z
    .strictObject({ width: z.number(), height: z.number().nullish() })
    .refine(({ width }) => width < 9, { message: "is too wide" })
    .optional(),
  upper: z.preprocess(
    (value) => (typeof value === "object" && value !== null ? Object.fromEntries(lowered(value)) : value),
    z.strictObject({ a: z.string().transform(Number), b: z.string() }).optional(),
  ),
  list: z.array(z.strictObject({ x: z.number() })).optional(),
});

function lowered(value: object): [string, unknown][] {
  return Object.entries(value).map(([key, field]) => [key.toLowerCase(), field]);
}

function read(text: string): Checked<z.output<typeof Schema>> & { readonly faults: readonly string[] } {
  const found = new Collector();
  const document = found.take(parseYaml("file.yml", text));
  const checked = found.take(checkParts(Schema, document!, { rule: "schema" }, document?.value, []));
  return { ...checked, faults: found.findings.errors.map(({ code, path }) => `${code} ${path}`) };
}

describe("parts of a value", () => {
  it("are the value itself when nothing is wrong", () => {
    const { whole, parts, faults } = read("name: abc\nupper: { A: '1', B: x }\n");
    expect(faults).to.deep.equal([]);
    expect(whole).to.deep.equal({ name: "abc", count: 5, upper: { a: 1, b: "x" } });
    expect(parts).to.equal(whole);
  });

  const cases: readonly [string, string, object | undefined][] = [
    ["the fields beside a fault", "name: a\ncount: 7\n", { count: 7 }],
    ["a default beside a fault", "name: 1\n", { count: 5 }],
    ["no default in place of a fault", "name: abc\ncount: many\n", { name: "abc" }],
    ["the fields beside an unknown one", "name: abc\nother: 1\n", { name: "abc", count: 5 }],
    ["the inside of a map", "name: a\nsize: { width: x, height: 2 }\n", { count: 5, size: { height: 2 } }],
    [
      "a map that breaks a rule of its own",
      "name: ab\nsize: { width: 9 }\n",
      { name: "ab", count: 5, size: { width: 9 } },
    ],
    [
      "the inside of a map whose keys are prepared",
      "name: a\nupper: { A: 1, B: x }\n",
      { count: 5, upper: { b: "x" } },
    ],
    [
      "the items of a list, in their places",
      "name: a\nlist: [{ x: y }, { x: 2 }, 3]\n",
      { count: 5, list: [{}, { x: 2 }, null] },
    ],
    ["nothing of what is no map", "[1]\n", undefined],
  ];
  for (const [what, text, expected] of cases) {
    it(`are ${what}`, () => {
      const { whole, parts, faults } = read(text);
      expect(whole).to.equal(undefined);
      expect(faults).to.not.have.length(0);
      // JSON leaves out fields that are undefined, and writes null for items that are.
      expect(parts === undefined ? undefined : JSON.parse(JSON.stringify(parts))).to.deep.equal(expected);
    });
  }

  it("tell whether they are the whole", () => {
    expect(isWhole<{ a: number; b: { c: string[] } }>({ a: 1, b: { c: ["x"] } })).to.equal(true);
    for (const parts of [
      undefined,
      { a: undefined, b: { c: [] } },
      { a: 1, b: undefined },
      { a: 1, b: { c: ["x", undefined] } },
    ]) {
      expect(isWhole<{ a: number; b: { c: string[] } }>(parts), JSON.stringify(parts)).to.equal(false);
    }
  });
});
