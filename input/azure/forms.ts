/**
 * How an editor's JSON Schema says what the schemas of Azure's files accept: the plain form first, which editors complete, then
 * the other spellings that Microsoft's client reads too. Patterns have no flags in JSON Schema, so any case is spelt out.
 */
export type Form = Readonly<Record<string, unknown>>;

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** A whole number, or its digits in quotes: `3`, `"3"`. Of a number in quotes only the sign and zero can be checked. */
export function wholeForm({ min, max }: Bounds): Form {
  const digits = "\\d+(_\\d+)*";
  const zero = "0+(_0+)*";
  const signed =
    min === undefined || min < 0
      ? `[+-]?${digits}`
      : min === 0
        ? `(\\+?${digits}|-${zero})`
        : `\\+?(?!${zero}\\s*$)${digits}`;
  return {
    anyOf: [
      { type: "integer", ...(min !== undefined && min === max ? { const: min } : { minimum: min, maximum: max }) },
      {
        type: "string",
        pattern: `^\\s*${signed}\\s*$`,
        patternErrorMessage: `must be an integer${boundsText({ min, max })}`,
      },
    ],
  };
}

/** A number, or its digits in quotes. */
export function fractionForm({ min, max }: Required<Bounds>): Form {
  const digits = "(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?";
  const zero = "(0+\\.?0*|\\.0+)([eE][+-]?\\d+)?";
  return {
    anyOf: [
      { type: "number", minimum: min, maximum: max },
      {
        type: "string",
        pattern: `^\\s*(${min < 0 ? "[+-]?" : "\\+?"}${digits}|-${zero})\\s*$`,
        patternErrorMessage: `must be a number${boundsText({ min, max })}`,
      },
    ],
  };
}

function boundsText({ min, max }: Bounds): string {
  return min !== undefined && max !== undefined
    ? ` from ${min} to ${max}`
    : min !== undefined
      ? `, at least ${min}`
      : max !== undefined
        ? `, at most ${max}`
        : "";
}

/** A boolean, or one of the words that count as one. */
export function flagForm(words: readonly string[]): Form {
  return {
    anyOf: [
      { type: "boolean" },
      {
        type: "string",
        pattern: `^(${words.map(anyCase).join("|")})$`,
        patternErrorMessage: "must be true or false",
      },
      { type: "integer", minimum: 0, maximum: 1 },
    ],
  };
}

/** How Microsoft's client reads a word: lower case, or camel case to snake case (`AMLToken` is `aml_token`). */
export type Casing = "lower" | "snake";

/** One of a few words: in lower case for completion, in every spelling that counts for it. */
export function wordForm(words: readonly string[], casing: Casing): Form {
  return {
    anyOf: [
      { enum: words },
      {
        type: "string",
        pattern: wordPattern(words, casing),
        patternErrorMessage: `must be one of: ${words.join(", ")}`,
      },
    ],
  };
}

export function wordPattern(words: readonly string[], casing: Casing): string {
  return `^(${words.map(casing === "lower" ? anyCase : anySnakeCase).join("|")})$`;
}

/** `Ab-1` as `[aA][bB]-1`. */
export function anyCase(text: string): string {
  return [...text]
    .map((letter) =>
      /[a-z]/i.test(letter)
        ? `[${letter.toLowerCase()}${letter.toUpperCase()}]`
        : letter.replace(/[.*+?^${}()|[\]\\/]/, "\\$&"),
    )
    .join("");
}

/**
 * The spellings that the client's conversion turns into a word of one or two parts. It puts an underscore where a capital
 * follows a small letter and before a capital that a small letter follows: `system_assigned`, `SystemAssigned`,
 * `systemAssigned` and `SYSTEM_ASSIGNED` are one word; `systemassigned` and `System_Assigned` are not.
 */
function anySnakeCase(word: string): string {
  const [first = "", second] = word.split("_");
  const cap = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  const all = [first, cap(first), first.toUpperCase()].join("|");
  if (second === undefined) {
    return all;
  }
  const joined = `(${all})(_${second}|_${second.toUpperCase()}|${cap(second)})`;
  return `${joined}|(${first}|${cap(first)})${second.toUpperCase()}`;
}

/** Text of a form that a regular expression tells; `allowed` is the message of an editor. */
export function textForm(pattern: string, allowed: string): Form {
  return { type: "string", pattern, patternErrorMessage: `allowed: ${allowed}` };
}
