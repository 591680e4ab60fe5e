import type { LocatedDocument, Place } from "./document";
import { formatPath, formatStep, type YamlPath } from "./path";

/**
 * Where the values of a document stand, by their path as text: `environment.image`, and the empty path for the whole of it.
 * Plain data, so that what was read can be kept and compared without its file.
 */
export type SourceMap = Readonly<Record<string, Place>>;

/** The places of all values of a document. */
export function sourceMapOf(document: LocatedDocument): SourceMap {
  const places: [string, Place][] = [];
  const visit = (value: unknown, path: YamlPath, text: string): void => {
    places.push([text, document.at(path)]);
    for (const step of stepsInto(value)) {
      const inner = (value as Readonly<Record<string | number, unknown>>)[step];
      visit(inner, [...path, step], text + formatStep(step, path.length));
    }
  };
  visit(document.value, [], "");
  return Object.fromEntries(places);
}

function stepsInto(value: unknown): readonly (string | number)[] {
  if (Array.isArray(value)) {
    return [...value.keys()];
  }
  return typeof value === "object" && value !== null && !(value instanceof Date) ? Object.keys(value) : [];
}

/** Place of the value at `path`, or of its nearest ancestor that exists. */
export function placeOf(sources: SourceMap, path: YamlPath): Place {
  for (let length = path.length; length >= 0; length--) {
    const text = formatPath(path.slice(0, length));
    const place = Object.hasOwn(sources, text) ? sources[text] : undefined;
    if (place !== undefined) {
      return place;
    }
  }
  return { file: "", line: 0, column: 0 };
}
