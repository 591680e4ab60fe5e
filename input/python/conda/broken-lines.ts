import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { formatPath, type YamlPath } from "../../documents/document";
import type { CondaReport } from "./report";

/**
 * YAML folds a text that goes on in the next line into one with a blank, which conda would take for a version. Reads the
 * text once more, because a document knows where a value starts and not where it ends.
 *
 * @returns the paths of the items refused: their folded text would only give a second error
 */
export function refuseBrokenLines(text: string, prefix: YamlPath, report: CondaReport): ReadonlySet<string> {
  const lines = new LineCounter();
  const dependencies = parseDocument(text, { lineCounter: lines, version: "1.1", merge: true }).getIn(
    [...prefix, "dependencies"],
    true,
  );
  const broken = new Set<string>();
  for (const { node, at } of scalarItems(dependencies, ["dependencies"])) {
    const [start, end] = [lines.linePos(node.range?.[0] ?? 0), lines.linePos(node.range?.[1] ?? 0)];
    if (start.line !== end.line) {
      broken.add(formatPath(at));
      report.refuse(at, {
        code: "InvalidRequirement",
        message: "is broken over two lines",
        value: String(node.value),
        hint: `write the whole requirement on line ${start.line}`,
      });
    }
  }
  return broken;
}

/** The texts of the package list and of its `pip:` lists, as nodes that know their place. */
function scalarItems(list: unknown, at: YamlPath): { node: Node & { value?: unknown }; at: YamlPath }[] {
  if (!isSeq(list)) {
    return [];
  }
  return list.items.flatMap((item, index) => {
    if (isScalar(item)) {
      return [{ node: item, at: [...at, index] }];
    }
    return isMap(item) ? scalarItems(item.get("pip", true), [...at, index, "pip"]) : [];
  });
}
