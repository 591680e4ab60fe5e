import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, visit, type YAMLMap } from "yaml";
import type { YamlPath } from "./path";

interface KeyAndValue {
  readonly key: unknown;
  readonly value: unknown;
}

/** The pairs of one map by name, and the maps merged into it. */
interface Named {
  readonly own: ReadonlyMap<string, KeyAndValue>;
  readonly merged: readonly unknown[];
}

/**
 * The nodes of a YAML document by their path, through aliases and merge keys. Every fault of a file asks where it stands, so
 * aliases are resolved once, and each map is gone through once: a search for each fault would make a file of 20,000 faults
 * take seconds.
 */
export class YamlNodes {
  private readonly targets = new Map<Alias, Node | undefined>();
  private readonly named = new Map<YAMLMap, Named>();

  constructor(private readonly doc: Document) {
    const anchors = new Map<string, Node>();
    visit(doc, {
      Node: (_key, node) => {
        if (isAlias(node)) {
          this.targets.set(node, anchors.get(node.source));
        } else if (node.anchor !== undefined) {
          anchors.set(node.anchor, node);
        }
      },
    });
  }

  /** What stands behind an alias: the last node before it with that anchor. Anything else stands for itself. */
  behind(node: unknown): unknown {
    return isAlias(node) ? this.targets.get(node) : node;
  }

  at(path: YamlPath): Node | undefined {
    let node: unknown = this.doc.contents;
    for (const step of path) {
      const holder = this.behind(node);
      node = isSeq(holder) ? holder.items[Number(step)] : this.pair(holder, step)?.value;
    }
    return (node ?? undefined) as Node | undefined;
  }

  /** Where the value at `path` begins in the text, or its nearest ancestor that exists. */
  offset(path: YamlPath): number {
    for (let length = path.length; length >= 0; length--) {
      const start = this.at(path.slice(0, length))?.range?.[0];
      if (start !== undefined) {
        return start;
      }
    }
    return 0;
  }

  /** Where the key at `path` begins; of a key that stands twice, the last. */
  keyOffset(path: YamlPath): number | undefined {
    const step = path.at(-1);
    const pair = step === undefined ? undefined : this.pair(this.at(path.slice(0, -1)), step);
    return (pair?.key as { range?: readonly number[] } | undefined)?.range?.[0];
  }

  private pair(holder: unknown, step: string | number): KeyAndValue | undefined {
    const map = this.behind(holder);
    if (!isMap(map)) {
      return undefined;
    }
    const { own, merged } = this.pairsOf(map);
    const found = own.get(String(step));
    if (found !== undefined) {
      return found;
    }
    for (const source of merged) {
      const inherited = this.pair(source, step);
      if (inherited !== undefined) {
        return inherited;
      }
    }
    return undefined;
  }

  private pairsOf(map: YAMLMap): Named {
    const known = this.named.get(map);
    if (known !== undefined) {
      return known;
    }
    const named: Named = {
      // Of a key that stands twice, the last one stays.
      own: new Map(map.items.flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value ?? ""), pair]] : []))),
      merged: map.items.flatMap(({ key, value }) => (isMergeKey(key) ? mergeSources(value) : [])),
    };
    this.named.set(map, named);
    return named;
  }
}

export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && String(key.source ?? key.value) === "<<";
}

/** What stands behind `<<`: a map or an alias of one, or a list of them. */
export function mergeSources(value: unknown): unknown[] {
  return isSeq(value) ? value.items : [value];
}
