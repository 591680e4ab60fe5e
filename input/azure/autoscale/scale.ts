import type { TextFault } from "./condition";
import type { Direction, ScaleStep } from "./model";

export type ParsedScale = { readonly ok: true; readonly step: ScaleStep } | TextFault;

const DIRECTION_WORDS: Readonly<Record<string, Direction>> = { out: "Increase", in: "Decrease", to: "None" };
const ALLOWED = "out 2, out 20%, in 1, in 10%, to 5";

/** What a rule does, as Azure's command line takes it: `out 2`, `in 1`, `out 20%`, `to 5`. */
export function parseScale(text: string): ParsedScale {
  const [, before = "", word = "", gap = "", amount = "", rest = ""] = /^(\s*)(\S*)(\s*)(\S*)(.*)$/s.exec(text) ?? [];
  const wordAt = before.length + 1;
  const amountAt = wordAt + word.length + gap.length;
  const fault = (column: number, message: string, hint: string): TextFault => ({
    ok: false,
    column,
    message,
    allowed: ALLOWED,
    hint,
  });
  const direction = DIRECTION_WORDS[word.toLowerCase()];
  if (direction === undefined) {
    return fault(
      wordAt,
      word === "" ? "the direction is missing" : `'${word}' is not a direction`,
      "write out, in or to",
    );
  }
  if (rest.trim() !== "") {
    return fault(
      amountAt + amount.length + rest.search(/\S/),
      `'${rest.trim()}' is not expected here`,
      "write one direction and one number",
    );
  }
  const [, digits, percent] = /^(\d+)(%?)$/.exec(amount) ?? [];
  if (digits === undefined) {
    const message = amount === "" ? "the number of instances is missing" : `'${amount}' is not a number of instances`;
    return fault(amountAt, message, "write a whole number, or a percentage as in 20%");
  }
  if (Number(digits) < 1) {
    return fault(amountAt, "the number must be 1 or more", "write 1 or more");
  }
  if (direction === "None" && percent === "%") {
    return fault(amountAt, "'to' takes a number of instances, not a percentage", "write a whole number");
  }
  const type = direction === "None" ? "ExactCount" : percent === "%" ? "PercentChangeCount" : "ChangeCount";
  return { ok: true, step: { direction, type, value: Number(digits) } };
}
