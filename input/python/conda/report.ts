import { formatPath, type LocatedDocument, type YamlPath } from "../../documents/document";
import type { SpecError } from "../../documents/errors";
import { Collector } from "../../documents/findings";
import { type LineFault, withoutSecret } from "./pip";

/** What a fault or a warning says; where it stands is added by the report. */
export type Said = Pick<SpecError, "code" | "message" | "hint"> & Partial<Pick<SpecError, "value" | "allowed">>;

/** Takes what is wrong with a conda environment, wherever it stands in its document. Paths are inside the environment. */
export class CondaReport extends Collector {
  constructor(
    private readonly document: LocatedDocument,
    private readonly prefix: YamlPath,
  ) {
    super();
  }

  refuse(at: YamlPath, said: Said): void {
    this.add({ errors: [{ ...this.placeOf(at), ...said }] });
  }

  refuseLine(at: YamlPath, value: string, fault: LineFault): void {
    this.refuse(at, { ...fault, value: withoutSecret(value) });
  }

  warn(at: YamlPath, said: Said): void {
    this.add({ warnings: [{ ...this.placeOf(at), ...said }] });
  }

  placeOf(at: YamlPath): Pick<SpecError, "file" | "line" | "column" | "path"> {
    const path = [...this.prefix, ...at];
    return { ...this.document.at(path), path: formatPath(path) };
  }
}
