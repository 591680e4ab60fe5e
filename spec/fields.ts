import { z } from "zod";
import type { FaultParams } from "./check";

/** The building blocks of the endpoint and deployment schemas. Rules and figures: Azure's YAML references and how-to-manage-quotas. */

/** Endpoint and deployment names: a letter, then letters, digits and inner dashes, 3 to 32 characters (SDK, quota page). */
export const Name = z
  .string()
  .refine((text) => /^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(text) && text.length >= 3 && text.length <= 32, {
    message: "is not a valid name",
    params: {
      code: "BadArgument",
      allowed: "3 to 32 characters: a letter first, then letters, digits and dashes, no dash at the end",
      hint: "choose another name",
    } satisfies FaultParams,
  })
  // Azure compares names without regard to case; one form inside means that nothing later has to.
  .transform((text) => text.toLowerCase())
  .brand("Name");
export type Name = z.output<typeof Name>;

/** An enum whose words are compared without regard to case, as Azure's SDK does. */
export function caseless<const T extends readonly [string, ...string[]]>(words: T) {
  return z.preprocess((value) => (typeof value === "string" ? value.toLowerCase() : value), z.enum(words));
}

/** A field of Azure's that this version does not carry out yet. It is refused by name: nothing is silently ignored. */
export function notYet(what: string) {
  return z
    .unknown()
    .optional()
    .refine((value) => value === undefined, {
      message: `${what} is not supported yet`,
      params: {
        code: "NotSupported",
        allowed: "leave it out",
        hint: "remove the field, or wait for a version that has it",
      } satisfies FaultParams,
    });
}

/** Text to text; numbers and booleans are written as YAML shows them. */
export const TextMap = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
  .describe("a map of text to text");

/** Deployment name to whole percent. Azure enforces a sum of 0 or 100 (how-to-safely-rollout-online-endpoints). */
export const Traffic = z
  .record(z.string(), z.int().min(0).max(100))
  .refine((map) => new Set(Object.keys(map).map((name) => name.toLowerCase())).size === Object.keys(map).length, {
    message: "names a deployment twice: upper and lower case are the same to Azure",
    params: { code: "BadArgument", allowed: "each deployment once", hint: "remove one of them" } satisfies FaultParams,
  })
  .transform((map) => Object.fromEntries(Object.entries(map).map(([name, percent]) => [name.toLowerCase(), percent])))
  .refine((map) => [0, 100].includes(Object.values(map).reduce((sum, percent) => sum + percent, 0)), {
    message: "traffic must add up to 0 or to 100 percent",
    params: {
      code: "BadArgument",
      allowed: "a sum of 0 or 100",
      hint: "change the percentages so that they add up to 100",
    } satisfies FaultParams,
  })
  .describe("a map of deployment name to whole percent");
