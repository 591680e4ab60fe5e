import type { SyntaxNode } from "@lezer/common";
import { indentationFault } from "./indentation";
import { childrenOf, expressions, isGroup, targetsOf } from "./tree";

export interface Suspicion {
  /** Offset in the source. */
  readonly at: number;
  readonly message: string;
}

type Check = (node: SyntaxNode, source: string) => Suspicion | undefined;

/**
 * Errors that the grammar lets through, by the kind of node that shows them, in CPython's words. Not looked for: a `;` or
 * an f-string's `}` too many, unpacking in comprehensions, stars in odd places of parameters and calls, a generator
 * beside other arguments, attributes before `:=`, unknown `\N{names}`, and what only the compiler finds (`return` outside
 * a function), which Microsoft's client does not look for either.
 */
const CHECKS: Readonly<Record<string, Check>> = {
  Script: indentationFault,
  Body: indentationFault,
  MatchBody: indentationFault,
  AssignStatement: (node, source) => annotatedGroup(node) ?? targetFault(targetsOf(node), "assign to", source),
  ForStatement: (node, source) => targetFault(targetsOf(node), "assign to", source),
  DeleteStatement: (node, source) => targetFault(expressions(childrenOf(node).slice(1)), "delete", source),
  UpdateStatement: (node) => updateFault(expressions(childrenOf(node))),
  ArgList: argumentFault,
  ParamList: parameterFault,
  TryStatement: (node) => exceptFault(node),
  RaiseStatement: (node) => childNamed(node, ",", "invalid syntax"),
  ImportStatement: (node) => trailingComma(node),
  ScopeStatement: (node) => trailingComma(node),
  PrintStatement: (node) => at(node, "Missing parentheses in call to 'print'. Did you mean print(...)?"),
  CompareOp: (node, source) => (textOf(node, source) === "<>" ? at(node, "invalid syntax") : undefined),
  Number: (node, source) => (NUMBER.test(textOf(node, source)) ? undefined : at(node, "invalid decimal literal")),
  String: stringFault,
  FormatString: stringFault,
  Escape: escapeFault,
  VariableName: nameFault,
  PropertyName: nameFault,
};

/** What is wrong at a node, apart from its children. */
export function suspicionOf(node: SyntaxNode, source: string): Suspicion | undefined {
  return CHECKS[node.name]?.(node, source);
}

export function isChecked(name: string): boolean {
  return Object.hasOwn(CHECKS, name);
}

const DIGITS = "[0-9](?:_?[0-9])*";
const EXPONENT = `(?:e[+-]?${DIGITS})`;
/** Only floats and imaginary numbers may have zeros in front. */
const NUMBER = new RegExp(
  `^(?:0x(?:_?[0-9a-f])+|0o(?:_?[0-7])+|0b(?:_?[01])+|0(?:_?0)*|[1-9](?:_?[0-9])*|${DIGITS}j` +
    `|(?:${DIGITS}\\.(?:${DIGITS})?|\\.${DIGITS})${EXPONENT}?j?|${DIGITS}${EXPONENT}j?)$`,
  "i",
);

/** How CPython calls what cannot stand left of `=`; all others are an "expression". */
const CALLED: Readonly<Record<string, string>> = {
  Number: "literal",
  String: "literal",
  ContinuedString: "literal",
  FormatString: "f-string expression",
  CallExpression: "function call",
  LambdaExpression: "lambda",
  ConditionalExpression: "conditional expression",
  DictionaryExpression: "dict literal",
  SetExpression: "set display",
  None: "None",
};

function targetFault(targets: readonly SyntaxNode[], what: string, source: string): Suspicion | undefined {
  for (const target of targets) {
    if (isGroup(target)) {
      const inner = targetFault(expressions(childrenOf(target)), what, source);
      if (inner !== undefined) {
        return inner;
      }
    } else if (target.name !== "VariableName" && target.name !== "MemberExpression" && !target.type.isError) {
      const called = target.name === "Boolean" ? textOf(target, source) : (CALLED[target.name] ?? "expression");
      return at(target, `cannot ${what} ${called}`);
    }
  }
  return undefined;
}

function annotatedGroup(node: SyntaxNode): Suspicion | undefined {
  const annotated = node.getChild("TypeDef")?.prevSibling;
  const plural = annotated?.name === "TupleExpression" || annotated?.name === "ArrayExpression";
  return annotated && plural ? at(annotated, "only single target can be annotated") : undefined;
}

function updateFault([target, ...rest]: readonly SyntaxNode[]): Suspicion | undefined {
  const fits = target?.name === "VariableName" || target?.name === "MemberExpression";
  // `a, b += 1` has its second target between the comma and the sign.
  const plural = target?.nextSibling?.name === ",";
  return target === undefined || rest.length === 0 || (fits && !plural) || target.name === "ParenthesizedExpression"
    ? undefined
    : at(target, "is an illegal expression for augmented assignment");
}

function argumentFault(list: SyntaxNode, source: string): Suspicion | undefined {
  let keyword = false;
  for (const part of commaParts(list)) {
    const [first, second] = part;
    if (second?.name === "AssignOp" && textOf(second, source) === "=") {
      keyword = true;
    } else if (first?.name === "**") {
      keyword = true;
    } else if (keyword && first !== undefined && first.name !== "*" && !part.some(({ name }) => name === "for")) {
      return at(first, "positional argument follows keyword argument");
    }
  }
  return undefined;
}

function parameterFault(list: SyntaxNode): Suspicion | undefined {
  let optional = false;
  for (const part of commaParts(list)) {
    const [first] = part;
    if (first?.name === "*" || first?.name === "**") {
      // Behind a star, parameters have names, and any order will do.
      return undefined;
    }
    if (part.some(({ name }) => name === "AssignOp")) {
      optional = true;
    } else if (optional && first?.name === "VariableName") {
      return at(first, "parameter without a default follows parameter with a default");
    }
  }
  return undefined;
}

function exceptFault(node: SyntaxNode): Suspicion | undefined {
  const children = childrenOf(node);
  return children.some(({ name }) => name === "except" || name === "finally")
    ? childNamed(node, ",", "multiple exception types must be parenthesized")
    : at(node, "expected 'except' or 'finally' block");
}

function trailingComma(node: SyntaxNode): Suspicion | undefined {
  return node.lastChild?.name === "," ? at(node.lastChild, "trailing comma not allowed") : undefined;
}

function stringFault(node: SyntaxNode, source: string): Suspicion | undefined {
  const text = textOf(node, source);
  const [start = "", prefix = "", quote = ""] = /^([a-z]*)("""|'''|"|')/i.exec(text) ?? [];
  const body = text.slice(start.length);
  // A quote behind an odd number of backslashes does not end a string, not even a raw one.
  const escaped = /(?:^|[^\\])(?:\\\\)*\\$/.test(body.slice(0, -quote.length));
  if (!body.endsWith(quote) || escaped) {
    return at(node, `unterminated ${quote.length === 3 ? "triple-quoted " : ""}string literal`);
  }
  const ascii = !/b/i.test(prefix) || !NOT_ASCII.test(text);
  return ascii ? undefined : at(node, "bytes can only contain ASCII literal characters");
}

/** `"C:\Users"` is the usual one: `\U` wants eight digits. */
const ESCAPES: Readonly<Record<string, RegExp>> = {
  x: /^\\x[0-9a-f]{2}$/i,
  u: /^\\u[0-9a-f]{4}$/i,
  U: /^\\U00(0[0-9a-f]|10)[0-9a-f]{4}$/i,
  N: /^\\N\{[^}]+\}$/,
};

function escapeFault(node: SyntaxNode, source: string): Suspicion | undefined {
  const text = textOf(node, source);
  const kind = text[1] ?? "";
  const bytes = /^[a-z]*b/i.test(source.slice(node.parent?.from ?? 0));
  const form = bytes && kind !== "x" ? undefined : ESCAPES[kind];
  return form === undefined || form.test(text) ? undefined : at(node, `truncated \\${kind} escape`);
}

const NOT_ASCII = /[^\0-\x7f]/;

/** The grammar takes any foreign character for a letter, also a quotation mark of a word processor. */
function nameFault(node: SyntaxNode, source: string): Suspicion | undefined {
  const text = textOf(node, source);
  if (!NOT_ASCII.test(text)) {
    return undefined;
  }
  const wrong = /[^\p{XID_Continue}]/u.exec(text.normalize("NFKC"))?.[0];
  const code = wrong?.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
  return wrong === undefined ? undefined : at(node, `invalid character '${wrong}' (U+${code})`);
}

/** The children between brackets, split at the commas. */
function commaParts(list: SyntaxNode): SyntaxNode[][] {
  const parts: SyntaxNode[][] = [[]];
  for (const child of childrenOf(list)) {
    if (child.name === ",") {
      parts.push([]);
    } else if (!/^([()]|Comment)$/.test(child.name)) {
      parts.at(-1)?.push(child);
    }
  }
  return parts;
}

function childNamed(node: SyntaxNode, name: string, message: string): Suspicion | undefined {
  const child = node.getChild(name);
  return child === null ? undefined : at(child, message);
}

function textOf(node: SyntaxNode, source: string): string {
  return source.slice(node.from, node.to);
}

function at(node: SyntaxNode, message: string): Suspicion {
  return { at: node.from, message };
}
