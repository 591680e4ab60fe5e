import { type Document, isCollection, isMap, isPair, LineCounter, parseDocument } from "yaml";
import type { SpecError } from "./errors";

/** A path inside a YAML value: keys and list indexes. */
export type YamlPath = readonly (string | number)[];

/** Where something stands in a file; 1-based, 0 when unknown. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML file as plain data, with the way back from a path to its line and column. */
export interface LocatedDocument {
  readonly file: string;
  readonly value: unknown;
  /** Position of the value at `path`, or of its nearest ancestor that exists. */
  at(path: YamlPath): Position;
  /** Position of the key at `path`, so that an unwanted key is shown and not its value. */
  keyAt(path: YamlPath): Position;
}

/**
 * Reads YAML text. YAML 1.1 with merge keys, as Microsoft's own tools read it; a key that stands twice is an error
 * here, where PyYAML would drop the first one without a word.
 *
 * @returns undefined, with the faults added to `errors`, when the text is not YAML.
 */
export function parseYaml(file: string, text: string, errors: SpecError[]): LocatedDocument | undefined {
  const lines = new LineCounter();
  const doc = parseDocument(text, {
    lineCounter: lines,
    version: "1.1",
    merge: true,
    uniqueKeys: true,
    prettyErrors: false,
  });
  for (const fault of doc.errors) {
    const { line, col } = lines.linePos(fault.pos[0]);
    errors.push({
      code: "InvalidYaml",
      file,
      line,
      column: col,
      path: "",
      message: fault.message,
      hint: "correct the YAML at this place",
    });
  }
  if (doc.errors.length > 0) {
    return undefined;
  }
  return {
    file,
    value: doc.toJS(),
    at: (path) => position(lines, valueOffset(doc, path)),
    keyAt: (path) => position(lines, keyOffset(doc, path) ?? valueOffset(doc, path)),
  };
}

/** `["a", 0, "b-c"]` as `a[0].b-c`. */
export function formatPath(path: YamlPath): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
}

function position(lines: LineCounter, offset: number | undefined): Position {
  if (offset === undefined) {
    return { line: 0, column: 0 };
  }
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function valueOffset(doc: Document, path: YamlPath): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? doc.contents : doc.getIn(path.slice(0, length), true);
    const range = (node as { range?: readonly number[] } | undefined)?.range;
    if (range !== undefined && range !== null) {
      return range[0];
    }
  }
  return undefined;
}

function keyOffset(doc: Document, path: YamlPath): number | undefined {
  const key = path.at(-1);
  const parent = path.length === 1 ? doc.contents : doc.getIn(path.slice(0, -1), true);
  if (!isCollection(parent) || !isMap(parent)) {
    return undefined;
  }
  const pair = parent.items.find((item) => isPair(item) && String(item.key) === String(key));
  return (pair?.key as { range?: readonly number[] } | undefined)?.range?.[0];
}
