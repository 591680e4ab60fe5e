import { type Document, type ErrorCode, isScalar, type LineCounter, type Scalar, visit, type YAMLError } from "yaml";

/** Something in a text that is not YAML. */
export interface YamlFault {
  readonly message: string;
  /** Where it is in the text. */
  readonly offset: number;
}

/** What the parser says, for people who have never read a YAML grammar. Codes that are not here keep its own words. */
const WORDS: Partial<Readonly<Record<ErrorCode, string>>> = {
  BLOCK_AS_IMPLICIT_KEY: "a second ': ' on one line: a text with a colon in it stands in quotes",
  MULTILINE_IMPLICIT_KEY: "this line is no 'field: value': a colon wants a space behind it, a field a colon",
  MULTIPLE_DOCS: "a second document begins here: a file holds one",
  TAB_AS_INDENT: "a tab stands in the indentation: YAML wants spaces there",
};

const INDENTATION = "is indented otherwise than the fields that it stands among";

/**
 * The faults that the parser found, one for a line: what it says of the rest of a line that it cannot read is about the
 * same slip. And its warnings: tags that nobody knows, whose values would be taken for what they are not.
 */
export function yamlFaults(doc: Document, lines: LineCounter, text: string): YamlFault[] {
  const faults = doc.errors.map((error) => toFault(doc, error, doc.errors, text));
  const first = new Map<number, YamlFault>();
  for (const fault of [...faults].sort((a, b) => a.offset - b.offset)) {
    const { line } = lines.linePos(fault.offset);
    first.set(line, first.get(line) ?? fault);
  }
  return [...first.values(), ...doc.warnings.map((error) => toFault(doc, error, [], text))];
}

function toFault(doc: Document, error: YAMLError, all: readonly YAMLError[], text: string): YamlFault {
  const { code, pos } = error;
  const offset = pos[0];
  if (code === "MISSING_CHAR") {
    const quoted = scalarAt(doc, ({ type, range }) => /^QUOTE/.test(type ?? "") && range?.[1] === offset);
    if (quoted !== undefined) {
      // The parser points at the end of the text.
      return { message: "this quote is never closed", offset: quoted.range?.[0] ?? offset };
    }
  }
  const both = (["BLOCK_AS_IMPLICIT_KEY", "MULTILINE_IMPLICIT_KEY"] as const).every((each) =>
    all.some((other) => other.code === each && other.pos[0] === offset),
  );
  if (both) {
    // A value and the field below it, read as one text: the field is what stands wrong.
    const joined = scalarAt(doc, ({ range }) => range?.[0] === offset);
    const written = text.slice(offset, joined?.range?.[1]);
    const below = /\n[ \t]*(?=\S[^\n]*$)/.exec(written);
    return { message: INDENTATION, offset: offset + (below === null ? 0 : below.index + below[0].length) };
  }
  const bracket = /end with a ([\]}])/.exec(error.message)?.[1];
  const words = bracket === undefined ? WORDS[code] : `a '${bracket}' is missing before this`;
  return { message: words ?? firstSentence(error.message), offset };
}

function scalarAt(doc: Document, wanted: (scalar: Scalar) => boolean): Scalar | undefined {
  let found: Scalar | undefined;
  visit(doc, (_key, node) => {
    if (isScalar(node) && wanted(node)) {
      found = node;
      return visit.BREAK;
    }
    return undefined;
  });
  return found;
}

function firstSentence(message: string): string {
  return message.split("\n")[0]?.replace(/\.$/, "") ?? message;
}
