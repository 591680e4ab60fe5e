import type { Tree } from "@lezer/common";
import { parser } from "@lezer/python";
import { isChecked, suspicionOf } from "./suspicions";

/** Where a script is not Python; line and column are 1-based. */
export interface ScriptFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface ParsedPython {
  readonly tree: Tree;
  /** The first thing that looks wrong. The grammar is not quite Python's: see `GAPS` and `CHECKS`. */
  readonly suspicion?: ScriptFault;
}

/**
 * Good Python that the grammar refuses, rewritten before it is read into something of the same length that means the same
 * to the checks here. What is left is rare: `with (a as b, c as d):`, `lambda a, /:`, `x[*y]`, `case {}:`, a backslash before
 * a replacement in a raw f-string.
 */
const GAPS: readonly { readonly what: string; readonly pattern: RegExp; readonly by: (found: string) => string }[] = [
  { what: "a form feed between definitions", pattern: /\f/g, by: () => "\n" },
  { what: "255.", pattern: /(?<![\w.])\d[\d_]*\.(?!\w)/g, by: (found) => `${found.slice(0, -1)}0` },
  {
    what: "print >> file, print = log.info",
    pattern: /\bprint(?=[ \t]*(?:[^\s\w"'`{]|(?:if|and|or|in|is|not[ \t]+in)\b))/g,
    by: () => "_rint",
  },
  { what: "x = yield", pattern: /\byield(?=[ \t]*(?:$|[)\]},;#:]))/gm, by: () => "None " },
  {
    what: "with x as (a, b), with x as self.y",
    pattern: /(?<=\bas[ \t]+)(?:\([\w\s,.]*\)|\w+(?:\.\w+)+)(?=[ \t]*[:,)\\])/g,
    by: (found) => "_".repeat(found.length),
  },
  { what: "[x for x, *rest in y]", pattern: /\*(?<=\bfor[\s,][\w\s,]*\*)(?=\w+[\w\s,]*\bin\b)/g, by: () => " " },
  { what: "case str():", pattern: /\(\)(?<=^[ \t]*case\b.*)/gm, by: () => "__" },
];

export function parsePython(source: string): ParsedPython {
  const masked = GAPS.reduce((text, { pattern, by }) => text.replace(pattern, by), source);
  const tree = parser.parse(masked);
  let first: { readonly at: number; readonly message: string } | undefined;
  tree.iterate({
    enter(ref) {
      const found = ref.type.isError
        ? { at: ref.from, message: "invalid syntax" }
        : isChecked(ref.name)
          ? suspicionOf(ref.node, source)
          : undefined;
      if (found !== undefined && (first === undefined || found.at < first.at)) {
        first = found;
      }
    },
  });
  return { tree, suspicion: first === undefined ? undefined : locate(first, source) };
}

function locate({ at, message }: { readonly at: number; readonly message: string }, source: string): ScriptFault {
  const before = source.slice(0, at).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message };
}
