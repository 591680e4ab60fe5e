import { type Document, isMap, isScalar, isSeq, parseDocument, visit } from "yaml";

type Path = readonly (string | number)[];

/** One change of a correct file. */
export interface Mutation {
  /** Where, with list indexes and freely chosen keys left out: `environment_variables.*`. */
  readonly place: string;
  /** What was done: `→ true`, `dropped`, `unknown key`. */
  readonly change: string;
  /** The whole file with the change in it. */
  readonly text: string;
}

/** Every value is put in the place of every other, so that each type stands once where another is expected. */
const REPLACEMENTS: readonly [string, unknown][] = [
  ["→ a word", "word"],
  ["→ no text", ""],
  ["→ digits in quotes", "7"],
  ["→ 7", 7],
  ["→ 1.5", 1.5],
  ["→ 0", 0],
  ["→ -1", -1],
  ["→ 1000000", 1_000_000],
  ["→ true", true],
  ["→ null", null],
  ["→ a list", ["word"]],
  ["→ an empty list", []],
  ["→ a map", { word: "word" }],
  ["→ an empty map", {}],
];

/** Changes of a text that stay texts: what a closed list of words must refuse or must not mind. */
const RESPELLINGS: readonly [string, (text: string) => string][] = [
  ["in capitals", (text) => text.toUpperCase()],
  ["in small letters", (text) => text.toLowerCase()],
  ["with a letter more", (text) => `${text}x`],
  ["with a blank behind", (text) => `${text} `],
  ["below ./absent", (text) => `./absent/${text}`],
];

/** Written without quotes: where YAML 1.1, which Microsoft's client reads, and YAML 1.2 disagree, or a parser might. */
const SPELLINGS: readonly string[] = [
  "yes",
  "off",
  "True",
  "NULL",
  "~",
  "010",
  "0o10",
  "0x10",
  "0b11",
  "1_000",
  "1:30",
  "+1",
  "1.",
  ".5",
  ".",
  "1e3",
  "1.0e+3",
  ".inf",
  ".NaN",
  "2026-01-31",
  "!!str 7",
  '!!int "7"',
];

/** Changes of the whole file, which must not change its meaning or must be refused by both. */
const REWRITES: readonly [string, (text: string, document: Document) => string][] = [
  ["CRLF line ends", (text) => text.replace(/\n/g, "\r\n")],
  ["a byte order mark", (text) => `\ufeff${text}`],
  ["--- before it", (text) => `---\n${text}`],
  ["%YAML 1.2 before it", (text) => `%YAML 1.2\n---\n${text}`],
  ["... behind it", (text) => `${text}\n...\n`],
  ["a second document", (text) => `${text}\n---\nother: 1\n`],
  ["an empty second document", (text) => `${text}\n---\n`],
  ["name twice", (text) => `${text}\nname: another-name\n`],
  ["a tab before a key", (text) => text.replace(/^ +(?=\w)/m, "\t")],
  ["a tab behind a colon", (text) => text.replace(/: /, ":\t")],
  ["no blank behind a colon", (text) => text.replace(/^name: /m, "name:")],
  ["a control character in a comment", (text) => `# \u0007\n${text}`],
  ["an emoji in a comment", (text) => `# \u{1f680}\n${text}`],
  ["a no-break space before a value", (text) => text.replace(/: /, ":\u00a0")],
  ["as JSON", (_, document) => JSON.stringify(document.toJS(), undefined, 2)],
  ["as a list", (_, document) => JSON.stringify([document.toJS()])],
  ["empty", () => ""],
  ["only a comment", () => "# nothing\n"],
  ["a number as a key", (text) => `${text}\n7: seven\n`],
  ["a truth value as a key", (text) => `${text}\nyes: word\n`],
  ["a merge key", (text) => `${text}\n<<: { description: merged }\n`],
  ["a tag nobody knows", (text) => text.replace(/^name: /m, "name: !mine ")],
  ["an alias without its anchor", (text) => text.replace(/^name: .*$/m, "name: *absent")],
  ["an anchor that nobody uses", (text) => text.replace(/^name: /m, "name: &unused ")],
];

const UNKNOWN_KEY = "unknown_key";

/** Maps whose keys the user chooses. */
const FREE_KEYS = /(^|\.)(environment_variables|tags|properties|traffic|mirror_traffic|collections)$/;

/** All single changes of a YAML file; none when it cannot be parsed, or when one change would change its aliases as well. */
export function mutationsOf(text: string): Mutation[] {
  const document = parseDocument(text);
  let aliases = false;
  visit(document, {
    Alias: () => {
      aliases = true;
    },
  });
  if (document.errors.length > 0 || aliases) {
    return [];
  }
  const rewrites = REWRITES.map(([change, rewrite]) => ({ place: "(file)", change, text: rewrite(text, document) }));
  const changes = pathsOf(document).flatMap((path) => [
    ...(path.length === 0 ? [] : changesOf(document, path)),
    ...(isMap(document.getIn(path, true))
      ? [changed(document, path, "unknown key", (copy) => copy.setIn([...path, UNKNOWN_KEY], "word"))]
      : []),
  ]);
  return [...rewrites.filter((mutation) => mutation.text !== text), ...changes];
}

function pathsOf(document: Document): Path[] {
  const paths: Path[] = [];
  const walk = (node: unknown, path: Path): void => {
    paths.push(path);
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        if (isScalar(key) && typeof key.value === "string") {
          walk(value, [...path, key.value]);
        }
      }
    } else if (isSeq(node)) {
      node.items.forEach((item, index) => {
        walk(item, [...path, index]);
      });
    }
  };
  walk(document.contents, []);
  return paths;
}

function changesOf(document: Document, path: Path): Mutation[] {
  return [
    ...replacements(document, path),
    ...respellings(document, path),
    ...spellings(document, path),
    changed(document, path, "dropped", (copy) => copy.deleteIn(path)),
  ];
}

function replacements(document: Document, path: Path): Mutation[] {
  const before = JSON.stringify(plain(document.getIn(path)));
  return REPLACEMENTS.filter(([, value]) => JSON.stringify(value) !== before).map(([label, value]) =>
    changed(document, path, label, (copy) => copy.setIn(path, copy.createNode(value))),
  );
}

function respellings(document: Document, path: Path): Mutation[] {
  const value = document.getIn(path);
  return typeof value !== "string"
    ? []
    : RESPELLINGS.filter(([, respell]) => respell(value) !== value).map(([label, respell]) =>
        changed(document, path, label, (copy) => copy.setIn(path, respell(value))),
      );
}

function spellings(document: Document, path: Path): Mutation[] {
  const stand = "stands-for-a-spelling";
  const { text, place } = changed(document, path, "", (copy) => copy.setIn(path, stand));
  return SPELLINGS.map((spelling) => ({
    place,
    change: `→ ${spelling} as it is`,
    text: text.replace(stand, () => spelling),
  }));
}

function changed(document: Document, path: Path, change: string, apply: (copy: Document) => void): Mutation {
  const copy = document.clone();
  apply(copy);
  return { place: placeOf(path), change, text: copy.toString({ lineWidth: 0 }) };
}

function plain(value: unknown): unknown {
  return isMap(value) || isSeq(value) ? value.toJSON() : value;
}

function placeOf(path: Path): string {
  return path.reduce<string>((place, step) => {
    if (typeof step === "number") {
      return `${place}[]`;
    }
    const key = FREE_KEYS.test(place) ? "*" : step;
    return place === "" ? key : `${place}.${key}`;
  }, "");
}
