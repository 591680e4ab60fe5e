import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  type ScalarTag,
  type Tags,
  visit,
  type YAMLMap,
} from "yaml";
import type { SpecError } from "./errors";
import type { Result } from "./findings";
import { formatPath, type YamlPath } from "./path";
import { yamlFaults } from "./yaml-faults";
import { isMergeKey, mergeSources, YamlNodes } from "./yaml-nodes";

export { formatPath, type YamlPath } from "./path";

/** Where something stands; line and column are 1-based, 0 when unknown. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A YAML file as plain data, with the way back from a path to its line and column. */
export interface LocatedDocument {
  /** As the user would type it; relative paths in it start at its folder. */
  readonly file: string;
  readonly value: unknown;
  /** Place of the value at `path`, or of its nearest ancestor that exists. */
  at(path: YamlPath): Place;
  /** Place of the key at `path`, so that an unwanted key is shown and not its value. */
  keyAt(path: YamlPath): Place;
  /** The scalar at `path` as it was typed: `1.0` is not the number 1 when it is a version. */
  written(path: YamlPath): string | undefined;
}

/**
 * Reads YAML text. YAML 1.1 with merge keys, as Microsoft's own tools read it. A key that stands twice is warned of: the
 * last one counts, as in PyYAML, which drops the others without a word.
 *
 * @returns undefined when the text is not YAML
 */
export function parseYaml(file: string, content: string): Result<LocatedDocument | undefined> {
  const errors: SpecError[] = [];
  const warnings: SpecError[] = [];
  const refused = { value: undefined, findings: { errors, warnings } };
  // No editor shows a byte order mark, so it takes no column.
  const text = content.replace(/^\uFEFF/, "");
  const lines = new LineCounter();
  const doc = parseDocument(text, {
    lineCounter: lines,
    version: "1.1",
    merge: true,
    customTags: (tags) => tags.map(asPythonReads),
    uniqueKeys: false,
    prettyErrors: false,
  });
  const told = new Set<string>();
  const refuse = (message: string, offset: number, hint = "correct the YAML at this place"): void => {
    const place = placeOf(file, lines, offset);
    const spot = `${place.line}:${place.column}`;
    if (told.has(spot)) {
      // The first of those who stumble over it has said what it is.
      return;
    }
    told.add(spot);
    const written = text.slice(lines.lineStarts[place.line - 1], lines.lineStarts[place.line]);
    errors.push({
      code: "InvalidYaml",
      ...place,
      path: "",
      message,
      hint: placeholderHint(written) ?? hint,
      rule: "yaml",
    });
  };
  // What decoding put in place of bytes that are no UTF-8.
  const lost = text.indexOf("\uFFFD");
  if (lost >= 0) {
    refuse("is not UTF-8 text from here on", lost, "save the file as UTF-8");
    return refused;
  }
  for (const { message, offset } of [...refusedCharacters(text), ...yamlFaults(doc, lines, text)]) {
    refuse(message, offset);
  }
  const nodes = new YamlNodes(doc);
  visit(doc, {
    Alias: (_key, alias, ancestors) => {
      const target = nodes.behind(alias);
      if (target !== undefined && (ancestors as readonly unknown[]).includes(target)) {
        refuse(`'*${alias.source}' stands inside what it stands for`, alias.range?.[0] ?? 0);
      }
      if (target === undefined) {
        refuse(`there is no anchor '&${alias.source}' before this alias`, alias.range?.[0] ?? 0);
      }
    },
    Map: (_key, map, ancestors) => {
      for (const key of repeatedKeys(map)) {
        warnings.push({
          code: "DuplicateKey",
          ...placeOf(file, lines, key.range?.[0] ?? 0),
          path: formatPath([...pathOf(ancestors, map), String(key.value)]),
          message: "stands here a second time: only the last one counts",
          value: String(key.value),
          hint: "remove the ones that do not count",
          rule: "yaml",
        });
      }
    },
    Pair: (_key, pair) => {
      if (isMap(pair.key) || isSeq(pair.key)) {
        refuse("a key must be a plain word, not a map or a list", pair.key.range?.[0] ?? 0);
      }
      for (const source of isMergeKey(pair.key) ? mergeSources(pair.value) : []) {
        const merged = nodes.behind(source);
        if (merged !== undefined && !isMap(merged)) {
          refuse("only a map can be merged here", (source as Node | null)?.range?.[0] ?? 0);
        }
      }
    },
  });
  const value = errors.length > 0 ? undefined : toPlain(doc, refuse);
  if (errors.length > 0) {
    return refused;
  }
  const document: LocatedDocument = {
    file,
    value,
    at: (path) => placeOf(file, lines, nodes.offset(path)),
    keyAt: (path) => placeOf(file, lines, nodes.keyOffset(path) ?? nodes.offset(path)),
    written: (path) => {
      const node = nodes.at(path);
      return isScalar(node) ? (node.source ?? undefined) : undefined;
    },
  };
  return { value: document, findings: { errors, warnings } };
}

/** Characters that Microsoft's parser takes for no YAML: control characters, and tabs between words. */
function refusedCharacters(text: string): { readonly message: string; readonly offset: number }[] {
  const control = /[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  const found =
    control === null ? [] : [{ message: "has a character that no YAML file may have", offset: control.index }];
  if (text.includes("\t")) {
    let offset = 0;
    for (const lexeme of new Lexer().lex(text)) {
      // The lexer marks documents and scalars with characters that are not in the text.
      const mark = lexeme.length === 1 && lexeme < " " && !"\t\n\r".includes(lexeme);
      if (/^[ \t]*\t[ \t]*$/.test(lexeme)) {
        found.push({
          message: "a tab stands between words: YAML wants spaces there",
          offset: offset + lexeme.indexOf("\t"),
        });
        break;
      }
      offset += mark ? 0 : lexeme.length;
    }
  }
  return found;
}

/** Booleans and floats by PyYAML's rules: `y` is text, a lone `.` is a folder's name, and `1e3` without a dot and a sign is text. */
function asPythonReads(tag: Tags[number]): Tags[number] {
  if (typeof tag !== "string" && tag.tag === "tag:yaml.org,2002:bool" && "test" in tag) {
    const words =
      tag.test?.test("yes") === true ? "[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON" : "[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF";
    return { ...tag, test: new RegExp(`^(?:${words})$`) } as ScalarTag;
  }
  if (typeof tag === "string" || tag.tag !== "tag:yaml.org,2002:float" || !("test" in tag)) {
    return tag;
  }
  if (tag.format === "EXP") {
    return { ...tag, test: /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)[eE][-+][0-9]+$/ } as ScalarTag;
  }
  return tag.test?.test(".") === true
    ? ({ ...tag, test: /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)$/ } as ScalarTag)
    : tag;
}

/** Keys of a map that stand in it before, in any spelling of the same value; `<<` may stand there as often as it likes. */
function repeatedKeys(map: YAMLMap): Scalar[] {
  const seen = new Set<string>();
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key) || key.value === "<<") {
      return [];
    }
    const known = seen.has(String(key.value));
    seen.add(String(key.value));
    return known ? [key] : [];
  });
}

/** The way to a node, from what stands above it. */
function pathOf(ancestors: readonly unknown[], node: unknown): YamlPath {
  return ancestors.flatMap((each, index): (string | number)[] => {
    const below = ancestors[index + 1] ?? node;
    return isPair(each)
      ? [String(isScalar(each.key) ? each.key.value : each.key)]
      : isSeq(each)
        ? [each.items.indexOf(below)]
        : [];
  });
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

/** What to do about a placeholder of a template that nobody filled in, when the text has one. */
export function placeholderHint(text: string): string | undefined {
  const found = /\{\{\s*([\w.-]*)\s*\}\}|<([A-Z][A-Z0-9_]*)>/.exec(text);
  // The same braces behind a dollar sign are a secret's reference.
  return found === null || text[found.index - 1] === "$"
    ? undefined
    : `replace the placeholder ${found[0]} by its value before the file is used, or give the field by --set or 'set:'`;
}

function placeOf(file: string, lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}
