/** What is decided once the whole package list has been read. */
import type { SpecError } from "../../documents/errors";
import type { AskedPackages, PythonLine } from "./dependencies";
import type { CondaRequirement } from "./environment";
import { choosePython, DEFAULT_PYTHON, type PythonMinor } from "./python";
import type { CondaReport } from "./report";

/** The server that every scoring container runs. */
const SERVER = "azureml-inference-server-http";
/** Packages that bring the server along. */
const SERVER_BEARERS: readonly string[] = [SERVER, "azureml-defaults"];

export function decidePython(pythons: readonly PythonLine[], report: CondaReport): PythonMinor {
  const [first, ...more] = pythons;
  for (const again of more) {
    report.refuse(again.at, {
      code: "InvalidRequirement",
      message: "python stands here a second time",
      value: again.text,
      hint: "keep one python line",
    });
  }
  const choice = choosePython(first?.clauses ?? []);
  if ("fault" in choice) {
    report.refuse(first?.at ?? [], { ...choice.fault, value: first?.text });
    return DEFAULT_PYTHON;
  }
  if (choice.assumed) {
    report.warn(first?.at ?? ["dependencies"], {
      code: "AssumedPython",
      message: `no python minor is pinned; ${choice.minor} is taken`,
      value: first?.text,
      hint: `write 'python=${choice.minor}'`,
    });
  }
  return choice.minor;
}

/**
 * A name that is only conda's may belong to somebody else on PyPI. With a `pip:` list the author knows that PyPI is
 * in play, and gets a warning; without one, the whole file was meant for conda, and the name is refused.
 */
export function judgeUnknown({ unknown, hasPipList }: AskedPackages, report: CondaReport): void {
  for (const { at, name } of unknown) {
    const message = `'${name}' is not known to be the same package on conda and on PyPI`;
    const hint = `write '${name}' below '- pip:' if PyPI's is the one you mean`;
    if (hasPipList) {
      report.warn(at, { code: "UnknownPackage", message: `${message}; PyPI's is installed`, value: name, hint });
    } else {
      report.refuse(at, { code: "UnsupportedRequirement", message, value: name, hint });
    }
  }
}

/** @returns the requirements, and the server where none of them brings it */
export function withServer(
  requirements: readonly CondaRequirement[],
  file: string,
  report: CondaReport,
): readonly CondaRequirement[] {
  if (requirements.some(({ kind, name }) => kind === "requirement" && SERVER_BEARERS.includes(name))) {
    return requirements;
  }
  report.warn(["dependencies"], {
    code: "AddedServer",
    message: `${SERVER} is added, because the scoring container runs it`,
    hint: `write '- ${SERVER}' below 'pip:', with a version if you need one`,
  });
  return [
    ...requirements,
    { kind: "requirement", name: SERVER, text: SERVER, origin: "added", file, line: 0, column: 0 },
  ];
}

/** Two lines for one package: conda would let pip's win, here both must hold. */
export function warnOfTwins(requirements: readonly CondaRequirement[], report: CondaReport): void {
  const seen = new Map<string, CondaRequirement>();
  for (const requirement of requirements) {
    const first = seen.get(requirement.name);
    if (requirement.kind === "option") {
      continue;
    }
    if (first !== undefined && first.text !== requirement.text && !requirement.text.includes(";")) {
      const told: SpecError = {
        code: "DuplicateRequirement",
        file: requirement.file,
        line: requirement.line,
        column: requirement.column,
        path: "",
        message: `'${requirement.name}' was asked for before, as '${first.text}' in line ${first.line}; both must hold`,
        value: requirement.text,
        hint: "keep one of them",
      };
      report.add({ warnings: [told] });
    }
    seen.set(requirement.name, first ?? requirement);
  }
}
