import { randomInt } from "node:crypto";
import { genSaltSync, hashSync } from "bcryptjs";
import type { Failure } from "../common/check";
import { Fields } from "../common/fields";
import type { Created, Resource } from "../common/provider";
import { atLeast } from "../common/rules";
import { orComputed, output, type Properties, type Property, replace, stringMap } from "../common/schema";
import type { Props } from "../common/values";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const NUMERIC = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";
/** The official plug-in's cost, and all the bytes that bcrypt takes. */
const BCRYPT_COST = 10;
const BCRYPT_BYTES = 72;

const allowed: Property = orComputed(replace("bool"));
const minimum: Property = orComputed(replace("int", { check: atLeast(0) }));

const properties: Properties = {
  length: replace("int", { required: true, check: atLeast(1) }),
  /** Any change of these values makes a new result; nothing else is done with them. */
  keepers: replace(stringMap),
  lower: allowed,
  upper: allowed,
  numeric: allowed,
  number: allowed,
  special: allowed,
  minLower: minimum,
  minUpper: minimum,
  minNumeric: minimum,
  minSpecial: minimum,
  overrideSpecial: replace("string"),
  result: output("string", { secret: true }),
  bcryptHash: output("string", { secret: true }),
};

export const randomPasswordResource: Resource<undefined> = {
  token: "random:index/randomPassword:RandomPassword",
  properties,
  schemaVersion: 3,
  check: checkPassword,
  create: async (_client, inputs) => {
    const shape = shapeOf(inputs);
    return recorded(inputs, shape, password(shape));
  },
  // Nothing outside holds a password, so there is nothing to compare with; an import gives the password as the id.
  read: async (_client, id, state) => {
    if (Object.keys(state).length > 0) {
      return { id, state };
    }
    return recorded({}, { ...shapeOf({}), length: [...id].length }, id);
  },
  // There is no update: every input replaces.
  delete: async () => undefined,
};

interface Shape {
  readonly length: number;
  /** Each alphabet with the least number of its characters. */
  readonly kinds: readonly { readonly name: string; readonly alphabet: string; readonly least: number }[];
}

function shapeOf(inputs: Props): Shape {
  const fields = new Fields(inputs);
  const on = (name: string): boolean => inputs[name] !== false;
  // `number` is the old name of `numeric`; either one speaks for both.
  const numeric = on("numeric") && on("number");
  const special = fields.has("overrideSpecial") ? fields.text("overrideSpecial") : SPECIAL;
  const kinds = [
    { name: "Lower", alphabet: LOWER, on: on("lower") },
    { name: "Upper", alphabet: UPPER, on: on("upper") },
    { name: "Numeric", alphabet: NUMERIC, on: numeric },
    { name: "Special", alphabet: special, on: on("special") },
  ];
  return {
    length: fields.number("length"),
    kinds: kinds.map(({ name, alphabet, on }) => ({
      name,
      alphabet: on ? alphabet : "",
      least: fields.number(`min${name}`),
    })),
  };
}

function checkPassword(inputs: Props): Failure[] {
  const failures: Failure[] = [];
  const shape = shapeOf(inputs);
  const [numeric, number] = [inputs["numeric"], inputs["number"]];
  if (typeof numeric === "boolean" && typeof number === "boolean" && numeric !== number) {
    failures.push({ property: "number", reason: "is the old name of numeric and says the opposite; give one of them" });
  }
  if (shape.kinds.every(({ alphabet }) => alphabet === "")) {
    failures.push({ property: "lower", reason: "lower, upper, numeric and special are all off; leave one on" });
  }
  const least = shape.kinds.reduce((sum, kind) => sum + kind.least, 0);
  if (typeof inputs["length"] === "number" && shape.length < least) {
    failures.push({ property: "length", reason: `is ${shape.length}, but the minimums add up to ${least}` });
  }
  return failures;
}

function password({ length, kinds }: Shape): string {
  const characters = kinds.flatMap(({ alphabet, least }) => pick(alphabet, alphabet === "" ? 0 : least));
  const all = kinds.map(({ alphabet }) => alphabet).join("");
  characters.push(...pick(all, length - characters.length));
  // Fisher-Yates, so that the required characters do not always come first.
  for (let index = characters.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [characters[index], characters[other]] = [characters[other]!, characters[index]!];
  }
  return characters.join("");
}

const pick = (alphabet: string, count: number): string[] => {
  const letters = [...alphabet];
  return Array.from({ length: count }, () => letters[randomInt(letters.length)]!);
};

function recorded(inputs: Props, shape: Shape, result: string): Created {
  const on = (name: string): boolean => shape.kinds.some((kind) => kind.name === name && kind.alphabet !== "");
  const least = (name: string): number => shape.kinds.find((kind) => kind.name === name)?.least ?? 0;
  return {
    id: "none",
    state: {
      ...inputs,
      length: shape.length,
      lower: on("Lower"),
      upper: on("Upper"),
      numeric: on("Numeric"),
      number: on("Numeric"),
      special: on("Special"),
      minLower: least("Lower"),
      minUpper: least("Upper"),
      minNumeric: least("Numeric"),
      minSpecial: least("Special"),
      result,
      bcryptHash: bcrypt(result),
    },
  };
}

function bcrypt(text: string): string {
  const bytes = Buffer.from(text, "utf8").subarray(0, BCRYPT_BYTES).toString("utf8");
  // The official plug-in writes the "2a" form; the rounds of 2a and 2b are the same.
  return hashSync(bytes, genSaltSync(BCRYPT_COST).replace(/^\$2b\$/, "$2a$"));
}
