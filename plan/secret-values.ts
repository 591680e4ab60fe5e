import { scryptSync } from "node:crypto";
import { inspect } from "node:util";
import { ENCRYPTED } from "../input/stack/config-file";
import { canonicalJson } from "./hash";

/**
 * Values of environment variables that no log, report or plan may show. They are reached by `reveal()` alone: JSON, inspection
 * and text of this object show the names of the variables.
 */
export class SecretValues {
  readonly #values: Readonly<Record<string, string>>;
  readonly #digest: (values: Readonly<Record<string, string>>) => string;

  /** @param digest what stands for the values where others can see it; asked for only when there are any */
  constructor(values: Readonly<Record<string, string>>, digest: (values: Readonly<Record<string, string>>) => string) {
    this.#values = values;
    this.#digest = digest;
  }

  /** Names of the variables, sorted. */
  get names(): readonly string[] {
    return Object.keys(this.#values).sort();
  }

  /** False where the stack's config was read without an engine, which alone can decrypt it: then the digest stands for nothing. */
  get known(): boolean {
    return Object.values(this.#values).every((value) => !value.includes(ENCRYPTED));
  }

  /** The values. Only for what makes a container. */
  reveal(): Readonly<Record<string, string>> {
    return this.#values;
  }

  /** A text that changes with the values and may be seen; undefined when there are none. */
  digest(): string | undefined {
    return this.names.length === 0 ? undefined : this.#digest(this.#values);
  }

  toJSON(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.names.map((name) => [name, ENCRYPTED]));
  }

  toString(): string {
    return JSON.stringify(this);
  }

  [inspect.custom](): Readonly<Record<string, string>> {
    return this.toJSON();
  }
}

/**
 * Cost of one digest: some 40 ms and 16 MiB. A generation is part of container and image names, which everybody on the host can
 * read. From a plain hash a short secret could be guessed at millions of tries a second; this makes that some 25, and the salt
 * makes the tries worth nothing for another stack or other variables. All values of a deployment go in at once, so they have to be guessed at once.
 */
const SLOW = { N: 2 ** 14, r: 8, p: 1 };

/**
 * Makes digests for the deployments of one stack. Equal values under equal names are digested once: a thousand deployments
 * that share a key cost as much as one.
 */
export function slowDigest(stack: string): (values: Readonly<Record<string, string>>) => string {
  const known = new Map<string, string>();
  return (values) => {
    const names = Object.keys(values).sort();
    const text = canonicalJson(names.map((name) => values[name]));
    const salt = canonicalJson([stack, ...names]);
    const key = `${salt} ${text}`;
    const digest = known.get(key) ?? scryptSync(text, salt, 32, SLOW).toString("hex");
    known.set(key, digest);
    return digest;
  };
}
