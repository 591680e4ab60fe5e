import { withoutAbsent } from "../documents/plain";
import { askCPython } from "./script/cpython";
import { ANY_NAME, boundNames } from "./script/names";
import { parsePython, type ScriptFault } from "./script/syntax";

export type { ScriptFault } from "./script/syntax";

/** What can be told of a scoring script without running it. */
export interface ScoringScript {
  /** Microsoft's client refuses such a script before it sends anything (azure-ai-ml, by Python's own `ast.parse`). */
  readonly syntaxError?: ScriptFault;
  /** Those that it neither defines nor imports at its top level. The client does not look: the container will not start. */
  readonly missing: readonly EntryPoint[];
}

export type EntryPoint = "init" | "run";

const ENTRY_POINTS: readonly EntryPoint[] = ["init", "run"];

/**
 * Reads a scoring script. Only where our parser has a doubt, and there is a `python3`, that one has the last word: starting
 * it takes a hundred times as long as parsing.
 */
export function readScoringScript(source: string): ScoringScript {
  // The client opens the file as utf-8-sig.
  const text = source.replace(/^\ufeff/, "");
  const { tree, suspicion } = parsePython(text);
  const verdict = suspicion === undefined ? undefined : askCPython(text);
  if (verdict !== undefined && "names" in verdict) {
    return { missing: missingOf(new Set(verdict.names)) };
  }
  return withoutAbsent({ syntaxError: verdict?.fault ?? suspicion, missing: missingOf(boundNames(tree, text)) });
}

function missingOf(names: ReadonlySet<string>): EntryPoint[] {
  return names.has(ANY_NAME) ? [] : ENTRY_POINTS.filter((name) => !names.has(name));
}
