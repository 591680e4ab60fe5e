/** A Markdown table. Cells are text with Markdown in it: what comes from data goes through `plain` or `code` first. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const used = head.map((_, column) => rows.some((row) => row[column] !== ""));
  const line = (cells: readonly string[]): string => `| ${cells.filter((_, column) => used[column]).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Text as it is, but for code between back quotes. */
export function plain(text: string): string {
  return text.replace(/[\\|<>*]/g, "\\$&").replace(/\s+/g, " ");
}

export function code(text: string): string {
  return `\`${text.replace(/\|/g, "\\|")}\``;
}
