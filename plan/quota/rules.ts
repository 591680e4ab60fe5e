import { formatPath, type YamlPath } from "../../input/documents/document";
import type { SpecError } from "../../input/documents/errors";
import { placeOf } from "../../input/documents/source-map";
import type { StackSpec } from "../../input/stack/spec";
import { caselessEntries } from "./accounts";

const SOURCE = "how-to-manage-quotas";

/** What is wrong with the quota's own config; no change of a deployment helps. */
export function quotaConfigErrors(stack: StackSpec): SpecError[] {
  return [...repeatedFamilies(stack), ...capsAboveQuota(stack), ...sharedInProduction(stack)];
}

/** The shared pool is lent for tests (how-to-manage-quotas): whoever draws on it is told every time. */
export function sharedPoolWarnings(stack: StackSpec): SpecError[] {
  return stack.config.production
    ? []
    : sharedEntries(stack).map(({ name, path }) => ({
        code: "SharedQuota",
        ...placeOf(stack.places, path),
        path: formatPath(path),
        message: `${name} draws on the shared quota pool: it is temporary, and for tests only`,
        value: "true",
        hint: "ask for quota of your own before others depend on it",
        rule: "quota",
        source: SOURCE,
      }));
}

function sharedInProduction(stack: StackSpec): SpecError[] {
  return stack.config.production
    ? sharedEntries(stack).map(({ name, path }) => ({
        code: "BadArgument",
        ...placeOf(stack.places, path),
        path: formatPath(path),
        message: `${name} draws on the shared quota pool, which is not for production`,
        value: "true",
        allowed: "false in a stack with production: true",
        hint: "remove sharedQuota, and ask for quota of your own",
        rule: "quota",
        source: SOURCE,
      }))
    : [];
}

function sharedEntries({ endpoints }: StackSpec): { readonly name: string; readonly path: YamlPath }[] {
  return endpoints.flatMap(({ endpoint, deployments }, index) =>
    deployments.flatMap(({ name, sharedQuota }, position) =>
      sharedQuota
        ? [
            {
              name: `${endpoint.name}/${name}`,
              path: ["endpoints", index, "deployments", position, "sharedQuota"],
            },
          ]
        : [],
    ),
  );
}

/** A cap is a part of the family's quota. */
function capsAboveQuota({ config, places }: StackSpec): SpecError[] {
  const quotas = caselessEntries(config.quota.families);
  return Object.entries(config.quota.workspace).flatMap(([family, cap]): SpecError[] => {
    const [key, quota] = quotas.get(family.toLowerCase()) ?? [];
    const path = ["quota", "workspace", family];
    return quota === undefined || cap <= quota
      ? []
      : [
          {
            code: "InvalidValue",
            ...placeOf(places, path),
            path: formatPath(path),
            message: `is above the quota of the family, of which it is a part`,
            value: `${cap} cores`,
            allowed: `0 to ${quota} cores`,
            hint: `lower it to ${quota}, or raise mlendpoints:quota.families.${key} to ${cap}`,
            rule: "quota",
            source: SOURCE,
          },
        ];
  });
}

/** Families are compared without regard to case: of two spellings one would be ignored. */
function repeatedFamilies({ config, places }: StackSpec): SpecError[] {
  return (["families", "workspace"] as const).flatMap((key) => {
    const names = Object.keys(config.quota[key]);
    return names.flatMap((name, index): SpecError[] => {
      const other = names.slice(0, index).find((each) => each.toLowerCase() === name.toLowerCase());
      const path = ["quota", key, name];
      return other === undefined
        ? []
        : [
            {
              code: "InvalidValue",
              ...placeOf(places, path),
              path: formatPath(path),
              message: `is the same family as '${other}': upper and lower case are the same to Azure`,
              value: name,
              allowed: "each family once",
              hint: "remove one of them",
              rule: "stack",
            },
          ];
    });
  });
}
