import { type Document, isCollection, isMap, isPair, LineCounter, parseDocument, visit } from "yaml";
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
  const before = errors.length;
  const lines = new LineCounter();
  const doc = parseDocument(text, {
    lineCounter: lines,
    version: "1.1",
    merge: true,
    uniqueKeys: true,
    prettyErrors: false,
  });
  const refuse = (message: string, offset: number): void => {
    const { line, col } = lines.linePos(offset);
    errors.push({
      code: "InvalidYaml",
      file,
      line,
      column: col,
      path: "",
      message,
      hint: "correct the YAML at this place",
    });
  };
  // A warning is a tag that nobody knows: the value would be taken for what it is not.
  for (const fault of [...doc.errors, ...doc.warnings]) {
    refuse(fault.message, fault.pos[0]);
  }
  visit(doc, {
    Alias: (_key, alias) => {
      if (alias.resolve(doc) === undefined) {
        refuse(`there is no anchor '&${alias.source}' before this alias`, alias.range?.[0] ?? 0);
      }
    },
  });
  const value = errors.length > before ? undefined : toPlain(doc, refuse);
  if (errors.length > before) {
    return undefined;
  }
  return {
    file,
    value,
    at: (path) => position(lines, valueOffset(doc, path)),
    keyAt: (path) => position(lines, keyOffset(doc, path) ?? valueOffset(doc, path)),
  };
}

/** The values of a document. Aliases of aliases of aliases can make them endless; the parser gives up on that. */
function toPlain(doc: Document, refuse: (message: string, offset: number) => void): unknown {
  try {
    return doc.toJS();
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error), 0);
    return undefined;
  }
}

/** `["a", 0, "b-c"]` as `a[0].b-c`. */
export function formatPath(path: YamlPath): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
}

function position(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function valueOffset(doc: Document, path: YamlPath): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? doc.contents : doc.getIn(path.slice(0, length), true);
    const start = (node as { range?: readonly number[] } | undefined)?.range?.[0];
    if (start !== undefined) {
      return start;
    }
  }
  return 0;
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
