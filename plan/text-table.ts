import Table from "cli-table3";

/** Columns of a terminal, or of a comment in a code review. */
export const WIDTH = 100;

/** Blanks between two columns. */
export const GAP = 2;

export type Cell = string | number;

/**
 * A table without lines: text on the left, figures on the right.
 *
 * @param lines one with a single cell heads a group
 * @param textColumns how many columns, from the left, are text
 */
export function textTable(head: readonly string[], lines: readonly (readonly Cell[])[], textColumns: number): string {
  const drawn = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (column < textColumns ? "left" : "right")),
    chars: { ...NO_BORDER, middle: " ".repeat(GAP) },
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 0 },
  });
  for (const [name = "", ...cells] of lines) {
    drawn.push(cells.length === 0 ? [{ content: `${name}`, colSpan: head.length }] : [name, ...cells]);
  }
  return drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

const NO_BORDER = Object.fromEntries(
  [
    ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
    ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid"],
  ].map((part) => [part, ""]),
);

/** Breaks a long name behind its slash, or where it must: a name cut short could be another deployment's. */
export function breakName(text: string, width: number): string {
  const indent = " ".repeat(text.length - text.trimStart().length);
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const slash = rest.lastIndexOf("/", width - 1) + 1;
    const at = slash > 0 ? slash : width;
    lines.push(rest.slice(0, at));
    rest = `${indent}  ${rest.slice(at)}`;
  }
  return [...lines, rest].join("\n");
}

/** Breaks a line between words; the lines that follow are indented by `hang` more than it. A long word stays whole. */
export function wrapWords(line: string, hang: number, width = WIDTH): string {
  const indent = line.length - line.trimStart().length;
  const lines: string[] = [];
  let current = "";
  for (const word of line.trimStart().split(" ")) {
    const start = lines.length === 0 ? indent : indent + hang;
    const next = current === "" ? " ".repeat(start) + word : `${current} ${word}`;
    if (next.length > width && current !== "") {
      lines.push(current);
      current = " ".repeat(indent + hang) + word;
    } else {
      current = next;
    }
  }
  return [...lines, current].join("\n");
}
