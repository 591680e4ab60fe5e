import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";

/** Which rooms a room may import from, besides itself. The flow goes one way: input → plan → the rest. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "input/documents": [],
  "input/python": ["input/documents"],
  "input/azure": ["input/documents", "input/python"],
  "input/stack": ["input/documents", "input/python", "input/azure"],
  "input/editor": ["input/documents", "input/azure", "input/stack"],
  plan: ["input"],
  router: ["plan"],
  "scoring-image": ["input", "plan"],
  // One decision for everybody: which Docker engine is meant.
  "docker-connection": [],
  "components/inputs": [],
  components: ["components/inputs", "input", "plan", "router", "scoring-image", "docker-connection"],
  operations: ["input", "plan", "engine", "policies", "docker-connection"],
  cli: ["input", "plan", "router", "scoring-image", "operations"],
  docs: ["input"],
  "offline-providers": ["docker-connection"],
  engine: ["docker-connection", "scoring-image", "offline-providers"],
  policies: ["components/inputs"],
};

/** Packages that only one place may import. */
const ONLY_IN: readonly { readonly pattern: RegExp; readonly places: readonly RegExp[] }[] = [
  { pattern: /^@pulumi\/pulumi\/automation/, places: [/^operations\//] },
  {
    pattern: /^@pulumi\/pulumi(?!\/automation)/,
    places: [/^components\//, /^index\.ts$/, /^offline-providers\//, /^examples\//],
  },
  { pattern: /^@pulumi\/docker/, places: [/^components\/docker\//] },
  { pattern: /^@pulumi\/random/, places: [/^components\/credentials\.ts$/] },
  {
    pattern: /^dockerode$/,
    places: [/^docker-connection\//, /^engine\//, /^offline-providers\//, /^components\/docker\//, /^operations\//],
  },
  { pattern: /^@pulumi\/policy/, places: [/^policies\//] },
];

/** Folders of one target each, the rooms that know none, and the files that know them all. */
const TARGETS = ["plan/docker", "components/docker"];
const NEUTRAL = ["input", "plan", "router", "scoring-image", "components", "policies"];
const TABLES = ["plan/targets.ts", "components/platforms.ts"];

interface Import {
  readonly file: string;
  readonly target: string;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !["node_modules", ".cache", ".git", "test", "types"].includes(entry.name))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      return entry.isDirectory() ? sources(file) : file.endsWith(".ts") ? [file] : [];
    });
}

const imports: Import[] = sources(".").flatMap((file) =>
  [...readFileSync(file, "utf8").matchAll(/^(?:import|export)\b[^;]*?from\s+"([^"]+)"/gms)].map((match) => ({
    file,
    target: match[1]!.startsWith(".") ? path.join(path.dirname(file), match[1]!) : match[1]!,
  })),
);

function isIn(file: string, room: string): boolean {
  return file === room || file.startsWith(`${room}/`);
}

describe("imports", () => {
  it("are found at all", () => {
    expect(imports.length).to.be.greaterThan(50);
  });

  for (const [room, allowed] of Object.entries(MAY_IMPORT)) {
    it(`${room}/ imports only from ${["itself", ...allowed.map((name) => `${name}/`)].join(", ")}`, () => {
      const wrong = imports.filter(({ file, target }) => {
        const to = Object.keys(MAY_IMPORT).find((other) => isIn(target, other));
        return isIn(file, room) && to !== undefined && to !== room && !allowed.some((other) => isIn(to, other));
      });
      expect(wrong).to.deep.equal([]);
    });
  }

  for (const { pattern, places } of ONLY_IN) {
    it(`${pattern.source} is imported only where it belongs`, () => {
      const wrong = imports.filter(
        ({ file, target }) => pattern.test(target) && !places.some((place) => place.test(file)),
      );
      expect(wrong).to.deep.equal([]);
    });
  }

  it("of the policy pack from the components are types, and those import nothing", () => {
    const types = readFileSync("components/inputs.ts", "utf8");
    expect(types).not.to.match(/^(import|export \*|export (const|let|function|class|enum)\b)/m);
    const users = imports.filter(({ file, target }) => file.startsWith("policies/") && target === "components/inputs");
    expect(users).not.to.deep.equal([]);
    for (const { file } of users) {
      expect(readFileSync(file, "utf8"), file).to.match(/^import type \{[^}]*\} from "\.\.\/components\/inputs";$/m);
    }
  });

  it("of neutral code name no target, but for the two tables of targets", () => {
    const isTarget = (file: string): boolean => TARGETS.some((folder) => isIn(file, folder));
    const wrong = imports.filter(
      ({ file, target }) =>
        NEUTRAL.some((room) => isIn(file, room)) && !isTarget(file) && !TABLES.includes(file) && isTarget(target),
    );
    expect(wrong).to.deep.equal([]);
  });

  it("have no cycle", () => {
    const graph = new Map<string, string[]>();
    const files = new Set(imports.map(({ file }) => file));
    for (const { file, target } of imports) {
      const resolved = [`${target}.ts`, `${target}/index.ts`].find((candidate) => files.has(candidate));
      if (resolved !== undefined) {
        graph.set(file, [...(graph.get(file) ?? []), resolved]);
      }
    }
    const done = new Set<string>();
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) {
        expect.fail(`cycle: ${[...trail.slice(trail.indexOf(file)), file].join(" → ")}`);
      }
      if (!done.has(file)) {
        for (const next of graph.get(file) ?? []) {
          visit(next, [...trail, file]);
        }
        done.add(file);
      }
    };
    for (const file of graph.keys()) {
      visit(file, []);
    }
  });
});
