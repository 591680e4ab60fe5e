import type { SyntaxNode } from "@lezer/common";

/** Children without brackets, commas, stars, operators, annotations and comments. */
const NOT_EXPRESSION = /^(\W+|AssignOp|UpdateOp|TypeDef|Comment)$/;

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    children.push(child);
  }
  return children;
}

/** The expressions inside a tuple, a list or parentheses, or among a statement's children. */
export function expressions(nodes: readonly SyntaxNode[]): SyntaxNode[] {
  return nodes.filter(({ name }) => !NOT_EXPRESSION.test(name));
}

/** Whether a node is a tuple, a list or parentheses: as a target, each of its expressions is one. */
export function isGroup({ name }: SyntaxNode): boolean {
  return name === "TupleExpression" || name === "ArrayExpression" || name === "ParenthesizedExpression";
}

/** What a statement gives values to: left of each `=`, between `for` and `in`, after each `as` of a `with`. */
export function targetsOf(statement: SyntaxNode): SyntaxNode[] {
  const children = childrenOf(statement);
  const indexOf = (name: string): number => children.findIndex((child) => child.name === name);
  const lastIndexOf = (name: string): number => children.findLastIndex((child) => child.name === name);
  switch (statement.name) {
    case "AssignStatement":
      // `x: int` alone has no sign, and binds nothing.
      return expressions(children.slice(0, Math.max(0, lastIndexOf("AssignOp"))));
    case "ForStatement":
      return expressions(children.slice(indexOf("for") + 1, indexOf("in")));
    case "WithStatement":
      return children.filter((_, index) => children[index - 1]?.name === "as");
    case "NamedExpression":
      return children.slice(0, 1);
    default:
      return [];
  }
}
