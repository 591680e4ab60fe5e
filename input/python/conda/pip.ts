/**
 * One line of a pip requirements list, read into its parts (PEP 508 names, PEP 440 versions) and written again in one
 * form, so that two lists that mean the same give the same text.
 */
export interface PipLine {
  readonly kind: "requirement" | "option";
  /** Normalised name (PEP 503) of a requirement; the option's own name otherwise. */
  readonly name: string;
  /** The line in its normal form. */
  readonly text: string;
}

/** Why a line is refused. */
export interface LineFault {
  readonly code: "InvalidRequirement" | "UnsupportedRequirement";
  readonly message: string;
  readonly hint: string;
}

export type PipResult = { readonly line: PipLine } | { readonly fault: LineFault };

const NAME = "[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?";
const CLAUSE = String.raw`(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+`;
const REQUIREMENT = new RegExp(
  String.raw`^(${NAME})\s*(?:\[([^\]]*)\])?\s*(\(\s*)?((?:${CLAUSE})(?:\s*,\s*(?:${CLAUSE}))*)?(?:\s*\))?\s*(?:;\s*(.+?))?((?:\s+--hash[= ]\S+)*)$`,
);

/** PEP 503: names that differ only in case and separators are one package. */
export function normaliseName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

export function parsePipLine(raw: string): PipResult {
  const text = raw.trim().replace(/\s+/g, " ");
  const refused = refuse(text);
  if (refused !== undefined) {
    return { fault: refused };
  }
  return text.startsWith("-") ? parseOption(text) : parseRequirement(text);
}

function parseRequirement(text: string): PipResult {
  const match = REQUIREMENT.exec(text);
  if (match === null || (match[3] !== undefined) !== /\)\s*(;|--hash|$)/.test(text.replace(/;.*$/, ""))) {
    return { fault: invalid(text) };
  }
  const name = normaliseName(match[1] ?? "");
  const extras = split(match[2]).map(normaliseName).sort();
  const clauses = split(match[4])
    .map((clause) => clause.replace(/\s+/g, ""))
    .sort();
  const hashes = (match[6] ?? "")
    .split(/\s+--hash[= ]/)
    .filter((hash) => hash.trim() !== "")
    .map((hash) => ` --hash=${hash.trim()}`)
    .sort();
  const marker = match[5] === undefined ? "" : ` ; ${match[5]}`;
  return {
    line: {
      kind: "requirement",
      name,
      text: `${name}${extras.length > 0 ? `[${extras.join(",")}]` : ""}${clauses.join(",")}${marker}${hashes.join("")}`,
    },
  };
}

function invalid(text: string): LineFault {
  if (new RegExp(String.raw`^${NAME}\s*=\s*[0-9]`).test(text)) {
    return {
      code: "InvalidRequirement",
      message: "a single '=' is conda's sign; below 'pip:' it means nothing",
      hint: `write '${text.replace(/\s*=\s*/, "==")}'`,
    };
  }
  return {
    code: "InvalidRequirement",
    message: "is not a pip requirement",
    hint: "write it as name[extra]==version, for example numpy==2.3.1",
  };
}

/** Options that only say where packages come from. They stand in the text of the environment, so no secrets. */
const INDEX_OPTIONS = ["--index-url", "--extra-index-url", "--find-links", "--no-binary", "--only-binary"];
const SHORT_OPTIONS: Readonly<Record<string, string>> = { "-i": "--index-url", "-f": "--find-links" };

function parseOption(text: string): PipResult {
  const [, written = "", value = ""] = /^(-{1,2}[a-z-]+)(?:[= ]\s*(.*))?$/i.exec(text) ?? [];
  const name = SHORT_OPTIONS[written] ?? written;
  if (!INDEX_OPTIONS.includes(name) || value === "") {
    return {
      fault: {
        code: "UnsupportedRequirement",
        message: `the option '${written === "" ? text : written}' cannot be used here`,
        hint: `remove it; allowed are -r and ${INDEX_OPTIONS.join(", ")}, each with a value`,
      },
    };
  }
  if (/^[a-z]+:\/\/[^/]*@/i.test(value)) {
    return {
      fault: {
        code: "UnsupportedRequirement",
        message: "an index address with a user or a password would be readable in the image",
        hint: "put the index into the pip settings of the machine that builds",
      },
    };
  }
  if (/-url$|^--find-links$/.test(name) && !/^https?:\/\//i.test(value)) {
    return {
      fault: {
        code: "UnsupportedRequirement",
        message: "is not an http or https address; the build sees no other files",
        hint: "use an https address",
      },
    };
  }
  return { line: { kind: "option", name, text: `${name} ${value}` } };
}

/** Forms that pip knows and a repeatable image build without credentials cannot take. */
function refuse(text: string): LineFault | undefined {
  const unsupported = (message: string, hint: string): LineFault => ({ code: "UnsupportedRequirement", message, hint });
  if (/^(-e|--editable)([ =]|$)/.test(text)) {
    return unsupported("an editable install needs files that the image build does not have", CODE_HINT);
  }
  if (/^(-c|--constraint)([ =]|$)/.test(text)) {
    return unsupported(
      "a constraint file cannot be named here",
      "write its lines into the lock file beside the conda file",
    );
  }
  if (/\$\{[A-Z0-9_]+\}/.test(text)) {
    return unsupported("variables are not replaced here", "write the value itself");
  }
  if (/^(git|hg|svn|bzr)\+/.test(text) || /@\s*(git|hg|svn|bzr)\+/.test(text)) {
    return unsupported("is fetched from version control, which can change and may need credentials", PUBLISH_HINT);
  }
  if (/^(https?|ftp|file):/i.test(text) || /^[^;#]*@\s*[a-z][a-z0-9+.-]*:/i.test(text)) {
    return unsupported("is an address, not a named version in a package index", PUBLISH_HINT);
  }
  if (/^(\.{1,2}(\/|$)|\/)/.test(text) || /\.(whl|zip|tar\.gz)$/i.test(text)) {
    return unsupported("is a local file, which the image build does not have", CODE_HINT);
  }
  return undefined;
}

const CODE_HINT = "put the module into the code directory, or publish it to a package index and name its version";
const PUBLISH_HINT = "publish it to a package index and name its version, for example name==1.0.0";

function split(list: string | undefined): string[] {
  return (list ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** A logical line of a requirements file: comments removed, lines that end in `\` joined. */
export interface FileLine {
  readonly text: string;
  /** 1-based, of its first physical line. */
  readonly line: number;
}

export function requirementLines(text: string): FileLine[] {
  const lines: FileLine[] = [];
  let open: { text: string; line: number } | undefined;
  text.split(/\r?\n/).forEach((physical, index) => {
    const continued = physical.endsWith("\\");
    const part = continued ? physical.slice(0, -1) : physical;
    open = open === undefined ? { text: part, line: index + 1 } : { ...open, text: `${open.text} ${part.trim()}` };
    if (!continued) {
      lines.push(open);
      open = undefined;
    }
  });
  if (open !== undefined) {
    lines.push(open);
  }
  return lines
    .map(({ text: whole, line }) => ({ text: whole.replace(/(^|\s)#.*$/, "").trim(), line }))
    .filter(({ text: kept }) => kept !== "");
}

/** A line as it may be shown: an address keeps neither user nor password. */
export function withoutSecret(line: string): string {
  return line.replace(/:\/\/[^/@\s]*@/g, "://…@");
}
