import type { SyntaxNode } from "@lezer/common";
import { childrenOf } from "./tree";

/** How far a line is indented, as Python measures it: with tabs that go to the next eighth column, and with tabs of one. */
interface Indent {
  readonly wide: number;
  readonly narrow: number;
}

const NONE: Indent = { wide: 0, narrow: 0 };

/** Statements of one block stand at one indentation, deeper than the statement that the block belongs to. */
export function indentationFault(block: SyntaxNode, source: string): { at: number; message: string } | undefined {
  const outer = block.parent === null ? undefined : indentOf(block.parent, source);
  let expected = block.parent === null ? NONE : undefined;
  for (const statement of childrenOf(block)) {
    const indent = /^(Comment|\W+)$/.test(statement.name) ? undefined : indentOf(statement, source);
    if (indent === undefined) {
      continue;
    }
    const message =
      expected === undefined ? notDeeper(indent, outer) : unequal(indent, expected, statement.prevSibling);
    if (message !== undefined) {
      return { at: statement.from, message };
    }
    expected = indent;
  }
  return undefined;
}

function unequal(indent: Indent, expected: Indent, before: SyntaxNode | null): string | undefined {
  if (indent.wide === expected.wide) {
    return indent.narrow === expected.narrow ? undefined : MIXED;
  }
  const leavesBlock = indent.wide < expected.wide || before?.lastChild?.name === "Body";
  return leavesBlock ? "unindent does not match any outer indentation level" : "unexpected indent";
}

function notDeeper(indent: Indent, outer: Indent | undefined): string | undefined {
  if (outer === undefined) {
    return undefined;
  }
  if (indent.wide <= outer.wide) {
    return "expected an indented block";
  }
  return indent.narrow > outer.narrow ? undefined : MIXED;
}

const MIXED = "inconsistent use of tabs and spaces in indentation";

/** undefined when the node does not begin its line */
function indentOf(node: SyntaxNode, source: string): Indent | undefined {
  const before = source.slice(source.lastIndexOf("\n", node.from - 1) + 1, node.from);
  if (/\S/.test(before)) {
    return undefined;
  }
  let { wide, narrow } = NONE;
  // A form feed starts the line anew.
  for (const character of before.slice(before.lastIndexOf("\f") + 1)) {
    wide = character === "\t" ? wide + 8 - (wide % 8) : wide + 1;
    narrow += 1;
  }
  return { wide, narrow };
}
