/**
 * conda's match specification, `[channel::]name [version [build]]`, read into what pip can install. conda's single `=`
 * is fuzzy (`1.2` means any 1.2.x), `==` is exact, and a version without a sign is exact.
 */
import { type LineFault, normaliseName } from "./pip";

export interface CondaMatch {
  /** Lower case, separators as hyphens. */
  readonly name: string;
  /** pip version clauses, sorted; empty for any version. */
  readonly clauses: readonly string[];
  /** Channel written before the name. */
  readonly channel?: string;
  /** Build string, which pip has no counterpart for. */
  readonly build?: string;
}

export type CondaMatchResult = { readonly match: CondaMatch } | { readonly fault: LineFault };

const HEAD = /^(?:([^\s:]+)::)?([A-Za-z0-9_][A-Za-z0-9._-]*)\s*(.*)$/;
/** Only numbers: after `1.0rc1` a star has no meaning to pip. */
const RELEASE = /^[0-9]+(\.[0-9]+)*$/;
const VERSION = /^[0-9A-Za-z][0-9A-Za-z.!+_-]*$/;

export function parseCondaMatch(raw: string): CondaMatchResult {
  const text = raw.trim().replace(/\s+/g, " ");
  const head = HEAD.exec(text);
  if (head === null) {
    return { fault: invalid("is not a conda package", "write it as name=version, for example numpy=2.3.1") };
  }
  const [, channel, written = "", rest = ""] = head;
  const name = normaliseName(written);
  if (rest.startsWith("[")) {
    return {
      fault: {
        code: "UnsupportedRequirement",
        message: "the form with brackets is conda's own",
        hint: `write it as ${name}=version, or below 'pip:' when extras are meant`,
      },
    };
  }
  const { version, build } = splitBuild(rest);
  const clauses = version === "" ? [] : toClauses(version);
  if (!Array.isArray(clauses)) {
    return { fault: clauses };
  }
  return { match: { name, clauses: [...clauses].sort(), channel, build } };
}

/** `=1.2=py312_0` and `1.2 py312_0`: the version, then the build. With a build the version is exact. */
function splitBuild(rest: string): { version: string; build?: string } {
  const equals = /^={0,2}\s*([^=<>!~|,\s]+)\s*=\s*([^=<>!~|,\s]+)$/.exec(rest);
  const blank = /^([^=<>!~|,\s]+) ([^=<>!~|,\s]+)$/.exec(rest);
  const found = equals ?? blank;
  return found === null ? { version: rest } : { version: found[1] ?? "", build: found[2] };
}

function toClauses(version: string): string[] | LineFault {
  if (version.includes("|")) {
    return {
      code: "UnsupportedRequirement",
      message: "pip has no 'or' between versions",
      hint: "choose one range, for example >=1.2,<2",
    };
  }
  const clauses: string[] = [];
  for (const part of version.split(",").map((item) => item.trim())) {
    const clause = toClause(part);
    if (clause === undefined) {
      return invalid(
        `'${part}' is not a version`,
        "write =1.2 (any 1.2.x), ==1.2.3 (exactly) or a range such as >=1.2,<2",
      );
    }
    if (clause !== "") {
      clauses.push(clause);
    }
  }
  return clauses;
}

/** @returns a pip clause, "" for any version, undefined when it is not a version */
function toClause(part: string): string | undefined {
  const [, sign = "", written = ""] = /^(===|==|~=|!=|>=|<=|=|>|<)?\s*(.*)$/.exec(part) ?? [];
  if (written === "*") {
    return sign === "" || sign === "=" || sign === "==" ? "" : undefined;
  }
  const starred = written.endsWith("*");
  const version = written.replace(/\.?\*$/, "");
  if (!VERSION.test(version)) {
    return undefined;
  }
  switch (sign) {
    case "=":
      return RELEASE.test(version) ? `==${version}.*` : `==${version}`;
    case "":
    case "==":
      return starred ? `==${version}.*` : `==${version}`;
    case "!=":
      return starred ? `!=${version}.*` : `!=${version}`;
    case "===":
      return undefined;
    default:
      // conda reads `>=1.2.*` as `>=1.2`; pip refuses the star there.
      return `${sign}${version}`;
  }
}

function invalid(message: string, hint: string): LineFault {
  return { code: "InvalidRequirement", message, hint };
}
