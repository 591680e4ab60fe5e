import { dirname, join } from "node:path";
import * as ts from "typescript";

/**
 * The members of the interfaces that an npm SDK declares, e.g. `ContainerArgs` -> { image: required, name: optional },
 * nested interfaces of `types/input.d.ts` included. It is the one description of the official plug-ins that is on disk.
 */
export interface SdkInterface {
  readonly members: ReadonlyMap<string, SdkMember>;
}
export interface SdkMember {
  readonly required: boolean;
  /** The name of the nested interface (`inputs.ContainerPort` -> `ContainerPort`), if it has one. */
  readonly nested: string | undefined;
  /** "string", "number", "boolean", "list", "map" or "object". */
  readonly kind: string;
}

export function sdkInterfaces(packageName: string, file: string): ReadonlyMap<string, SdkInterface> {
  const folder = dirname(require.resolve(`${packageName}/package.json`));
  const found = new Map<string, SdkInterface>();
  for (const path of [join(folder, `${file}.d.ts`), join(folder, "types", "input.d.ts")]) {
    const text = ts.sys.readFile(path);
    if (text === undefined) {
      continue;
    }
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
    source.forEachChild((node) => {
      if (ts.isInterfaceDeclaration(node)) {
        found.set(node.name.text, readInterface(node, source));
      }
    });
  }
  return found;
}

function readInterface(node: ts.InterfaceDeclaration, source: ts.SourceFile): SdkInterface {
  const members = new Map<string, SdkMember>();
  for (const member of node.members) {
    if (!ts.isPropertySignature(member) || member.type === undefined) {
      continue;
    }
    const text = member.type.getText(source).replace(/\s+/g, " ");
    members.set(member.name.getText(source), {
      required: member.questionToken === undefined,
      nested: /inputs\.(\w+)/.exec(text)?.[1],
      kind: kindOf(text),
    });
  }
  return { members };
}

function kindOf(text: string): string {
  if (text.includes("[]")) {
    return "list";
  }
  if (text.includes("[key: string]")) {
    return "map";
  }
  if (text.includes("inputs.")) {
    return "object";
  }
  return /\b(string|number|boolean)\b/.exec(text)?.[1] ?? text;
}
