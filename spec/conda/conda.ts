import { existsSync, readFileSync } from "node:fs";
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { includedFile, readRequirementsFile } from "./include";
import { parseCondaMatch } from "./match";
import { COMMON_CHANNELS, INSTALLERS, NOT_PYTHON, REFUSED_CHANNELS, RENAMED, SAME_NAME } from "./packages";
import { type LineFault, type PipLine, parsePipLine, withoutSecret } from "./pip";
import { choosePython, DEFAULT_PYTHON, type PythonMinor } from "./python";
import { formatPath, type LocatedDocument, parseYaml, type YamlPath } from "../document";
import type { SpecError } from "../errors";

/** One line for pip, with where it was asked for. */
export interface CondaRequirement extends PipLine {
  /** `conda`: from the package list; `pip`: from its `pip:` list; `file`: from a `-r` file; `added`: by us. */
  readonly origin: "conda" | "pip" | "file" | "added";
  readonly file: string;
  /** 1-based; 0 for an added one. */
  readonly line: number;
  readonly column: number;
}

/** A conda environment as pip can make it (`docs`: what is mapped, what is refused). */
export interface CondaEnvironment {
  readonly file: string;
  /** Decides the base image. */
  readonly pythonMinor: PythonMinor;
  /** In the order of the file. */
  readonly requirements: readonly CondaRequirement[];
}

export interface CondaOptions {
  /** Where the environment stands in the file; the whole file by default. For an inline `environment.conda_file`. */
  readonly path?: YamlPath;
  /** Reads a file that a `-r` line names; undefined when there is none. From the disk by default. */
  readonly readText?: (file: string) => string | undefined;
}

/** The server that every scoring container runs. */
const SERVER = "azureml-inference-server-http";
/** Packages that bring the server along. */
const SERVER_BEARERS: readonly string[] = [SERVER, "azureml-defaults"];

/**
 * Reads a conda file without conda: the python pin picks the base image, packages become pip requirements, and what has
 * no counterpart is refused by name. Faults are added to `errors`, what was decided for the user to `warnings`.
 *
 * @param file as the user would type it; `-r` lines are relative to its folder
 * @returns undefined when there was a fault
 */
export function parseConda(
  file: string,
  text: string,
  errors: SpecError[],
  warnings: SpecError[],
  options: CondaOptions = {},
): CondaEnvironment | undefined {
  const before = errors.length;
  const document = parseYaml(file, text, errors);
  if (document === undefined) {
    return undefined;
  }
  const reader = new CondaReader(document, errors, warnings, options);
  reader.refuseBrokenLines(text);
  reader.read(valueAt(document.value, options.path ?? []));
  return errors.length > before ? undefined : reader.result();
}

/** The lock file that belongs to a conda file: `environment/conda.yml` → `environment/conda.lock`. */
export function lockFileOf(condaFile: string): string {
  return condaFile.replace(/\.ya?ml$/i, "") + ".lock";
}

type Said = Pick<SpecError, "code" | "message" | "hint"> & Partial<Pick<SpecError, "value" | "allowed">>;

class CondaReader {
  private readonly requirements: CondaRequirement[] = [];
  private readonly pythons: { readonly at: YamlPath; readonly clauses: readonly string[]; readonly text: string }[] =
    [];
  private hasPipList = false;
  private readonly unknown: { readonly at: YamlPath; readonly name: string }[] = [];
  private pythonMinor: PythonMinor = DEFAULT_PYTHON;
  /** Items already told to be broken over two lines: their folded text would only give a second error. */
  private readonly broken = new Set<string>();
  private readonly root: YamlPath;
  private readonly readText: (file: string) => string | undefined;

  constructor(
    private readonly document: LocatedDocument,
    private readonly errors: SpecError[],
    private readonly warnings: SpecError[],
    options: CondaOptions,
  ) {
    this.root = options.path ?? [];
    this.readText = options.readText ?? ((file) => (existsSync(file) ? readFileSync(file, "utf8") : undefined));
  }

  result(): CondaEnvironment {
    return { file: this.document.file, pythonMinor: this.pythonMinor, requirements: this.requirements };
  }

  /** YAML folds a text that goes on in the next line into one with a blank, which conda would take for a version. */
  refuseBrokenLines(text: string): void {
    const lines = new LineCounter();
    const dependencies = parseDocument(text, { lineCounter: lines, version: "1.1", merge: true }).getIn(
      [...this.root, "dependencies"],
      true,
    );
    for (const { node, at } of scalarItems(dependencies, ["dependencies"])) {
      const [start, end] = [lines.linePos(node.range?.[0] ?? 0), lines.linePos(node.range?.[1] ?? 0)];
      if (start.line !== end.line) {
        this.broken.add(formatPath(at));
        this.refuse(at, {
          code: "InvalidRequirement",
          message: "is broken over two lines",
          value: String(node.value),
          hint: `write the whole requirement on line ${start.line}`,
        });
      }
    }
  }

  read(value: unknown): void {
    if (!isRecord(value)) {
      this.refuse([], {
        code: "InvalidType",
        message: "a conda file must be a map with 'dependencies'",
        hint: "add 'dependencies:' with a list of packages",
      });
      return;
    }
    this.readKeys(value);
    this.readChannels(value["channels"]);
    const dependencies = value["dependencies"];
    if (!Array.isArray(dependencies)) {
      this.refuse(["dependencies"], {
        code: dependencies === undefined ? "MissingField" : "InvalidType",
        message: dependencies === undefined ? "'dependencies' is missing" : "must be a list",
        hint: "write 'dependencies:' with a list of packages, for example '- python=3.12'",
      });
      return;
    }
    for (const [index, item] of (dependencies as readonly unknown[]).entries()) {
      this.readDependency(item, ["dependencies", index]);
    }
    this.decidePython();
    this.judgeUnknown();
    this.addServer();
    this.warnOfTwins();
  }

  private readKeys(value: Readonly<Record<string, unknown>>): void {
    for (const key of Object.keys(value)) {
      if (key === "variables") {
        this.refuse([key], {
          code: "NotSupported",
          message: "variables of a conda environment are set by 'conda activate', which no container runs",
          hint: "move them to 'environment_variables' of the deployment",
        });
      } else if (!["name", "channels", "dependencies", "prefix"].includes(key)) {
        this.warn([key], {
          code: "UnknownField",
          message: `conda knows no field '${key}'; it has no effect`,
          allowed: "name, channels, dependencies",
          hint: "remove it",
        });
      }
    }
  }

  private readChannels(channels: unknown): void {
    if (channels === undefined || channels === null) {
      return;
    }
    if (!Array.isArray(channels)) {
      this.refuse(["channels"], { code: "InvalidType", message: "must be a list", hint: "write a list of names" });
      return;
    }
    channels.forEach((channel: unknown, index) => {
      const name = String(channel);
      const at = ["channels", index];
      if (REFUSED_CHANNELS.includes(name)) {
        this.refuse(at, refusedChannel(name));
      } else if (!COMMON_CHANNELS.includes(name)) {
        this.warn(at, {
          code: "IgnoredChannel",
          message: `the channel '${name}' is not used: packages come from PyPI`,
          value: name,
          hint: "make sure that PyPI has the packages that you took from it, or remove the channel",
        });
      }
    });
  }

  private readDependency(item: unknown, at: YamlPath): void {
    if (typeof item === "string") {
      if (!this.broken.has(formatPath(at))) {
        this.readPackage(item, at);
      }
    } else if (isRecord(item) && Object.keys(item).join() === "pip") {
      this.readPipList(item["pip"], [...at, "pip"]);
    } else {
      this.refuse(at, {
        code: "InvalidType",
        message: item === null ? "an empty item" : "must be a text or a map with the one key 'pip'",
        value: item === null ? undefined : JSON.stringify(item),
        hint: "write a package such as 'numpy=2.3.1', or '- pip:' with a list",
      });
    }
  }

  private readPackage(text: string, at: YamlPath): void {
    const result = parseCondaMatch(text);
    if ("fault" in result) {
      this.refuseLine(at, text, result.fault);
      return;
    }
    const { name, clauses, channel, build } = result.match;
    const notPython = NOT_PYTHON.find(({ pattern }) => pattern.test(name));
    if (channel !== undefined && REFUSED_CHANNELS.includes(channel)) {
      this.refuse(at, { ...refusedChannel(channel), value: text });
    } else if (notPython !== undefined) {
      this.refuse(at, {
        code: "UnsupportedRequirement",
        message: `'${name}' is ${notPython.what}; it cannot be had from PyPI`,
        value: text,
        hint: notPython.hint,
      });
    } else if (name === "python") {
      this.pythons.push({ at, clauses, text });
    } else if (!INSTALLERS.includes(name)) {
      this.warnOfLoss(at, text, channel, build);
      this.add(this.renamed(at, name) + clauses.join(","), "conda", at);
    }
  }

  /** The name on PyPI. */
  private renamed(at: YamlPath, name: string): string {
    const renamed = Object.hasOwn(RENAMED, name) ? RENAMED[name] : undefined;
    if (renamed !== undefined) {
      this.warn(at, {
        code: "RenamedPackage",
        message: `conda's '${name}' is '${renamed}' on PyPI; that one is installed`,
        value: name,
        hint: `write '${renamed}' below 'pip:' to say so yourself`,
      });
      return renamed;
    }
    if (!SAME_NAME.has(name)) {
      this.unknown.push({ at, name });
    }
    return name;
  }

  private warnOfLoss(at: YamlPath, text: string, channel: string | undefined, build: string | undefined): void {
    if (build !== undefined) {
      this.warn(at, {
        code: "DroppedBuild",
        message: `the build '${build}' is dropped: PyPI has versions, not builds`,
        value: text,
        hint: "remove the build",
      });
    }
    if (channel !== undefined && !COMMON_CHANNELS.includes(channel)) {
      this.warn(at, {
        code: "IgnoredChannel",
        message: `the channel '${channel}' is not used: the package comes from PyPI`,
        value: text,
        hint: "remove the channel",
      });
    }
  }

  private readPipList(list: unknown, at: YamlPath): void {
    this.hasPipList = true;
    if (!Array.isArray(list)) {
      this.refuse(at, {
        code: "InvalidType",
        message: "'pip' must be a list",
        hint: "write one requirement per line, each after '- '",
      });
      return;
    }
    list.forEach((item: unknown, index) => {
      const here = [...at, index];
      if (typeof item !== "string") {
        this.refuse(here, {
          code: "InvalidType",
          message: item === null ? "an empty item" : "must be a text",
          value: item === null ? undefined : JSON.stringify(item),
          hint: "write a requirement such as numpy==2.3.1",
        });
      } else if (!this.broken.has(formatPath(here))) {
        this.readPipItem(item, here);
      }
    });
  }

  private readPipItem(text: string, at: YamlPath): void {
    const included = includedFile(text);
    if (included === undefined) {
      this.add(text, "pip", at);
      return;
    }
    const context = { readText: this.readText, errors: this.errors };
    for (const line of readRequirementsFile(included, { ...this.placeOf(at), value: text }, context)) {
      this.requirements.push({ ...line, origin: "file", column: 1 });
    }
  }

  private add(text: string, origin: "conda" | "pip", at: YamlPath): void {
    const result = parsePipLine(text);
    if ("fault" in result) {
      this.refuseLine(at, text, result.fault);
      return;
    }
    const { file, line, column } = this.placeOf(at);
    this.requirements.push({ ...result.line, origin, file, line, column });
  }

  private decidePython(): void {
    const [first, ...more] = this.pythons;
    for (const again of more) {
      this.refuse(again.at, {
        code: "InvalidRequirement",
        message: "python stands here a second time",
        value: again.text,
        hint: "keep one python line",
      });
    }
    const choice = choosePython(first?.clauses ?? []);
    if ("fault" in choice) {
      this.refuse(first?.at ?? [], { ...choice.fault, value: first?.text });
      return;
    }
    this.pythonMinor = choice.minor;
    if (choice.assumed) {
      this.warn(first?.at ?? ["dependencies"], {
        code: "AssumedPython",
        message: `no python minor is pinned; ${choice.minor} is taken`,
        value: first?.text,
        hint: `write 'python=${choice.minor}'`,
      });
    }
  }

  /**
   * A name that is only conda's may belong to somebody else on PyPI. With a `pip:` list the author knows that PyPI is
   * in play, and gets a warning; without one, the whole file was meant for conda, and the name is refused.
   */
  private judgeUnknown(): void {
    for (const { at, name } of this.unknown) {
      const message = `'${name}' is not known to be the same package on conda and on PyPI`;
      const hint = `write '${name}' below '- pip:' if PyPI's is the one you mean`;
      if (this.hasPipList) {
        this.warn(at, { code: "UnknownPackage", message: `${message}; PyPI's is installed`, value: name, hint });
      } else {
        this.refuse(at, { code: "UnsupportedRequirement", message, value: name, hint });
      }
    }
  }

  private addServer(): void {
    if (this.requirements.some(({ kind, name }) => kind === "requirement" && SERVER_BEARERS.includes(name))) {
      return;
    }
    this.requirements.push({
      kind: "requirement",
      name: SERVER,
      text: SERVER,
      origin: "added",
      file: this.document.file,
      line: 0,
      column: 0,
    });
    this.warn(["dependencies"], {
      code: "AddedServer",
      message: `${SERVER} is added, because the scoring container runs it`,
      hint: `write '- ${SERVER}' below 'pip:', with a version if you need one`,
    });
  }

  /** Two lines for one package: conda would let pip's win, here both must hold. */
  private warnOfTwins(): void {
    const seen = new Map<string, CondaRequirement>();
    for (const requirement of this.requirements) {
      const first = seen.get(requirement.name);
      if (requirement.kind === "option") {
        continue;
      }
      if (first !== undefined && first.text !== requirement.text && !requirement.text.includes(";")) {
        this.warnings.push({
          code: "DuplicateRequirement",
          file: requirement.file,
          line: requirement.line,
          column: requirement.column,
          path: "",
          message: `'${requirement.name}' was asked for before, as '${first.text}' in line ${first.line}; both must hold`,
          value: requirement.text,
          hint: "keep one of them",
        });
      }
      seen.set(requirement.name, first ?? requirement);
    }
  }

  private refuseLine(at: YamlPath, value: string, fault: LineFault): void {
    this.refuse(at, { ...fault, value: withoutSecret(value) });
  }

  private refuse(at: YamlPath, said: Said): void {
    this.errors.push({ ...this.placeOf(at), ...said });
  }

  private warn(at: YamlPath, said: Said): void {
    this.warnings.push({ ...this.placeOf(at), ...said });
  }

  private placeOf(at: YamlPath): Pick<SpecError, "file" | "line" | "column" | "path"> {
    const path = [...this.root, ...at];
    return { file: this.document.file, ...this.document.at(path), path: formatPath(path) };
  }
}

function refusedChannel(name: string): Said {
  return {
    code: "UnsupportedRequirement",
    message: `packages of the channel '${name}' are GPU builds that PyPI does not have`,
    value: name,
    hint: "remove the channel and what comes from it; wheels on PyPI bring their own CUDA libraries",
  };
}

/** The texts of the package list and of its `pip:` lists, as nodes that know their place. */
function scalarItems(list: unknown, at: YamlPath): { node: Node & { value?: unknown }; at: YamlPath }[] {
  if (!isSeq(list)) {
    return [];
  }
  return list.items.flatMap((item, index) => {
    if (isScalar(item)) {
      return [{ node: item, at: [...at, index] }];
    }
    return isMap(item) ? scalarItems(item.get("pip", true), [...at, index, "pip"]) : [];
  });
}

function valueAt(value: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Readonly<Record<string, unknown>> | undefined)?.[step], value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
