import type { CondaEnvironment, CondaRequirement } from "../input/python/conda/environment";

/** A package of an environment, and whether its file settles the version. */
export interface PackageVersion {
  /** Normalised, as in `scikit-learn`. */
  readonly name: string;
  /** As pip is asked for it: `scikit-learn==1.7.0.*`. */
  readonly requirement: string;
  readonly pinned: boolean;
}

/** The packages that a conda file asks for, in its order. */
export function packageVersions({ requirements }: Pick<CondaEnvironment, "requirements">): PackageVersion[] {
  return requirements
    .filter(({ kind }) => kind === "requirement")
    .map((requirement) => ({ name: requirement.name, requirement: requirement.text, pinned: isPinned(requirement) }));
}

/**
 * Whether a build of next year takes the version of today. `==1.2.3` settles it; so does conda's usual spelling `=1.2.3`,
 * which pip gets as `==1.2.3.*`: below the third number there are only repairs of the packaging. `==1.2.*` and ranges do not.
 */
export function isPinned({ text }: Pick<CondaRequirement, "text">): boolean {
  const [requirement = ""] = text.split(";");
  const versions = requirement.replace(/^[^=<>!~]*/, "").replace(/\s--hash=\S+/g, "");
  return versions.split(",").some((clause) => EXACT.test(clause.trim()));
}

const EXACT = /^={2,3}(?:[^*\s]+|\d+\.\d+\.\d+(?:\.\d+)*\.\*)$/;
