import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { checkText } from "../../../input/azure/check-file";
import { runs } from "../../support/effort";
import { corpusCases, mainFile } from "./corpus";

/** One edit of a text, as a slip of the hand or a bad merge makes them. */
type Edit = (text: string, random: (below: number) => number) => string;

const SNIPPETS = [
  ":",
  "- ",
  "{",
  "}",
  "[",
  "]",
  "'",
  '"',
  "|",
  ">",
  "&a ",
  "*a",
  "!!int ",
  "!x ",
  "<<: ",
  "{{X}}",
  "${{azureml://",
  "\t",
  "#",
  "%",
  "@",
  "null",
  "~",
  "yes",
  "0x1F",
  "1e400",
  ".inf",
  ".nan",
  "1_000",
  "-1",
  "2001-01-01",
  "? ",
  "---\n",
  "...\n",
  "\u0000",
  "\uFEFF",
  "é",
  "🦜",
  "__proto__: 1\n",
  "constructor: 2\n",
];

const line = (text: string, random: (below: number) => number): [string[], number] => {
  const lines = text.split("\n");
  return [lines, random(lines.length)];
};

const EDITS: readonly Edit[] = [
  (text, random) => {
    const at = random(text.length + 1);
    return text.slice(0, at) + SNIPPETS[random(SNIPPETS.length)] + text.slice(at);
  },
  (text, random) => {
    const at = random(text.length + 1);
    return text.slice(0, at) + text.slice(at + 1 + random(8));
  },
  (text, random) => {
    const [lines, at] = line(text, random);
    return lines.filter((_, index) => index !== at).join("\n");
  },
  (text, random) => {
    const [lines, at] = line(text, random);
    return [...lines.slice(0, at), lines[random(lines.length)], ...lines.slice(at)].join("\n");
  },
  (text, random) => {
    const [lines, at] = line(text, random);
    return lines.map((each, index) => (index === at ? ` ${each}` : each)).join("\n");
  },
  (text, random) => {
    const [lines, at] = line(text, random);
    return lines
      .map((each, index) => (index === at ? each.replace(/:.*$/, `: ${SNIPPETS[random(SNIPPETS.length)]}`) : each))
      .join("\n");
  },
  (text, random) => {
    const [lines, at] = line(text, random);
    return lines.map((each, index) => (index === at ? each.replace(/^(\s*)/, "$1  ") : each)).join("\n");
  },
];

const OWN = ["endpoint", "blue", "green"].map((name) => `examples/diabetes/${name}.yml`);

/** `MUTATIONS=100000` runs them all; the everyday run takes a share of them. */
const RUNS = Number(process.env["MUTATIONS"] ?? runs(5000));

describe("mutations of accepted and rejected files", () => {
  it(`${RUNS} times: no crash, no hang, no error without a place and a way to mend it`, function () {
    this.timeout(600_000);
    const files = [...OWN, ...corpusCases().map(mainFile)].map((file) => {
      return { file: path.join(path.dirname(file), "mutated.yml"), text: readFileSync(file, "utf8") };
    });
    const verdicts = { accept: 0, reject: 0 };
    fc.assert(
      fc.property(
        fc.nat(files.length - 1),
        fc.array(fc.tuple(fc.nat(EDITS.length - 1), fc.infiniteStream(fc.nat())), { minLength: 1, maxLength: 3 }),
        (which, edits) => {
          const { file, text } = files[which]!;
          const mutated = edits.reduce(
            (current, [edit, stream]) =>
              EDITS[edit]!(current, (below) => (below <= 0 ? 0 : (stream.next().value as number) % below)),
            text,
          );
          const report = checkText(file, mutated);
          verdicts[report.verdict] += 1;
          expect(report.verdict === "reject").to.equal(report.errors.length > 0);
          for (const error of [...report.errors, ...report.warnings]) {
            expect(error.line, JSON.stringify(error)).to.be.greaterThan(0);
            expect(error.column, JSON.stringify(error)).to.be.greaterThan(0);
            expect(
              error.code === "InvalidYaml" || error.code === "NotSupported" || error.path !== "",
              JSON.stringify(error),
            ).to.equal(true);
            expect(error.hint).to.not.equal("");
            expect(error.message).to.not.match(/undefined|\[object|TypeError/);
          }
        },
      ),
      { numRuns: RUNS, seed: Number(process.env["SEED"] ?? 1), endOnFailure: true },
    );
    console.log(`      ${verdicts.accept} accepted, ${verdicts.reject} rejected`);
    expect(verdicts.accept).to.be.greaterThan(0);
    expect(verdicts.reject).to.be.greaterThan(0);
  });
});
