import { spawnSync } from "node:child_process";
import type { ScriptFault } from "./syntax";

/** What this machine's Python says of a script: where it is wrong, or which names its top level binds. */
export type Verdict = { readonly fault: ScriptFault } | { readonly names: readonly string[] };

const TIMEOUT_MS = 5000;

/** Only parses: nothing of the script runs. An annotation without a value binds no name. */
const PROGRAM = `
import ast, io, json, sys, warnings

warnings.simplefilter("ignore")

def names(parent):
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            continue
        elif not (isinstance(node, ast.AnnAssign) and node.value is None):
            yield from names(node)

try:
    tree = ast.parse(io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8").read())
except (SyntaxError, ValueError) as e:
    line, column = getattr(e, "lineno", None), getattr(e, "offset", None)
    answer = {"fault": {"line": max(line or 1, 1), "column": max(column or 1, 1), "message": getattr(e, "msg", str(e))}}
else:
    answer = {"names": sorted(set(names(tree)))}
print(json.dumps(answer))
`;

/**
 * Asks the `python3` of this machine, as Microsoft's client asks the one that it runs in.
 *
 * @returns undefined where there is none, or when it does not answer
 */
export function askCPython(source: string): Verdict | undefined {
  // -I: no module of the current folder may stand in for Python's own; -S: starts in half the time.
  const { status, stdout } = spawnSync("python3", ["-I", "-S", "-c", PROGRAM], {
    input: source,
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["pipe", "pipe", "ignore"],
  });
  if (status !== 0) {
    return undefined;
  }
  try {
    return JSON.parse(stdout) as Verdict;
  } catch {
    return undefined;
  }
}
