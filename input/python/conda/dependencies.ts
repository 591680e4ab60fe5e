import { formatPath, type YamlPath } from "../../documents/document";
import { refusedChannel } from "./channels";
import type { CondaRequirement } from "./environment";
import { includedFile, readRequirementsFile } from "./include";
import { parseCondaMatch } from "./match";
import { COMMON_CHANNELS, INSTALLERS, NOT_PYTHON, REFUSED_CHANNELS, RENAMED, SAME_NAME } from "./packages";
import { parsePipLine } from "./pip";
import type { CondaReport } from "./report";

/** What the items of a `dependencies` list ask for. */
export interface AskedPackages {
  /** In the order of the file. */
  readonly requirements: readonly CondaRequirement[];
  /** Every line about python itself. */
  readonly pythons: readonly PythonLine[];
  /** Names of the package list that are not known to be the same package on PyPI. */
  readonly unknown: readonly { readonly at: YamlPath; readonly name: string }[];
  readonly hasPipList: boolean;
}

export interface PythonLine {
  readonly at: YamlPath;
  /** pip's clauses, such as `==3.12.*`. */
  readonly clauses: readonly string[];
  /** As it was written. */
  readonly text: string;
}

export interface DependencyContext {
  /** `-r` lines are relative to its folder. */
  readonly file: string;
  /** undefined when there is no such file */
  readonly readText: (file: string) => string | undefined;
  /** Paths of items that are refused already. */
  readonly broken: ReadonlySet<string>;
}

export function readDependencies(
  items: readonly unknown[],
  report: CondaReport,
  context: DependencyContext,
): AskedPackages {
  const reader = new DependencyReader(report, context);
  for (const [index, item] of items.entries()) {
    reader.read(item, ["dependencies", index]);
  }
  return reader;
}

class DependencyReader implements AskedPackages {
  readonly requirements: CondaRequirement[] = [];
  readonly pythons: PythonLine[] = [];
  readonly unknown: { readonly at: YamlPath; readonly name: string }[] = [];
  hasPipList = false;

  constructor(
    private readonly report: CondaReport,
    private readonly context: DependencyContext,
  ) {}

  read(item: unknown, at: YamlPath): void {
    if (typeof item === "string") {
      if (!this.context.broken.has(formatPath(at))) {
        this.readPackage(item, at);
      }
    } else if (isPipItem(item)) {
      this.readPipList(item.pip, [...at, "pip"]);
    } else {
      this.report.refuse(at, {
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
      this.report.refuseLine(at, text, result.fault);
      return;
    }
    const { name, clauses, channel, build } = result.match;
    const notPython = NOT_PYTHON.find(({ pattern }) => pattern.test(name));
    if (channel !== undefined && REFUSED_CHANNELS.includes(channel)) {
      this.report.refuse(at, { ...refusedChannel(channel), value: text });
    } else if (notPython !== undefined) {
      this.report.refuse(at, {
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
      this.report.warn(at, {
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
      this.report.warn(at, {
        code: "DroppedBuild",
        message: `the build '${build}' is dropped: PyPI has versions, not builds`,
        value: text,
        hint: "remove the build",
      });
    }
    if (channel !== undefined && !COMMON_CHANNELS.includes(channel)) {
      this.report.warn(at, {
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
      this.report.refuse(at, {
        code: "InvalidType",
        message: "'pip' must be a list",
        hint: "write one requirement per line, each after '- '",
      });
      return;
    }
    list.forEach((item: unknown, index) => {
      const here = [...at, index];
      if (typeof item !== "string") {
        this.report.refuse(here, {
          code: "InvalidType",
          message: item === null ? "an empty item" : "must be a text",
          value: item === null ? undefined : JSON.stringify(item),
          hint: "write a requirement such as numpy==2.3.1",
        });
      } else if (!this.context.broken.has(formatPath(here))) {
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
    const named = { ...this.report.placeOf(at), value: text };
    for (const line of this.report.take(readRequirementsFile(included, this.context.file, named, this.context))) {
      this.requirements.push({ ...line, origin: "file", column: 1 });
    }
  }

  private add(text: string, origin: "conda" | "pip", at: YamlPath): void {
    const result = parsePipLine(text);
    if ("fault" in result) {
      this.report.refuseLine(at, text, result.fault);
      return;
    }
    const { file, line, column } = this.report.placeOf(at);
    this.requirements.push({ ...result.line, origin, file, line, column });
  }
}

function isPipItem(item: unknown): item is { readonly pip: unknown } {
  return item !== null && typeof item === "object" && !Array.isArray(item) && Object.keys(item).join() === "pip";
}
