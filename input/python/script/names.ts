import type { SyntaxNode, Tree } from "@lezer/common";
import { childrenOf, expressions, isGroup, targetsOf } from "./tree";

/** Stands for every name: `from x import *`. */
export const ANY_NAME = "*";

/** The names that a module binds at its top level, also inside `if`, `try`, `with` and loops there. */
export function boundNames(tree: Tree, source: string): ReadonlySet<string> {
  const names = new Set<string>();
  tree.iterate({
    enter(ref) {
      if (ref.name === "LambdaExpression") {
        return false;
      }
      if (ref.name === "FunctionDefinition" || ref.name === "ClassDefinition" || ref.name === "TypeDefinition") {
        add(ref.node.getChild("VariableName"));
        return false;
      }
      if (ref.name === "ImportStatement") {
        for (const name of importedNames(ref.node, source)) {
          names.add(name);
        }
        return false;
      }
      for (const target of targetsOf(ref.node)) {
        addTarget(target);
      }
      return true;
    },
  });
  return names;

  function add(node: SyntaxNode | null): void {
    if (node?.name === "VariableName") {
      names.add(source.slice(node.from, node.to));
    }
  }

  function addTarget(target: SyntaxNode): void {
    if (isGroup(target)) {
      expressions(childrenOf(target)).forEach(addTarget);
    } else {
      add(target);
    }
  }
}

/** `from a import b as c` binds c; `import a.b` binds a. */
function importedNames(statement: SyntaxNode, source: string): string[] {
  const children = childrenOf(statement);
  const start = children.findIndex(({ name }) => name === "import") + 1;
  const names: string[] = [];
  let bound: string | undefined;
  for (const [index, { name, from, to }] of children.slice(start).entries()) {
    if (name === ",") {
      names.push(bound ?? "");
      bound = undefined;
    } else if (name === "*") {
      bound = ANY_NAME;
    } else if (name === "VariableName" && (bound === undefined || children[start + index - 1]?.name === "as")) {
      bound = source.slice(from, to);
    }
  }
  return [...names, bound ?? ""];
}
