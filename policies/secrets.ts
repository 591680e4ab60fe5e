import { deploymentPolicy } from "./define";
import { secretKind } from "./secret-forms";

/** Says the name of a variable and what gave it away, never a character of the value. */
export const plainSecretInEnvironment = deploymentPolicy(
  "plain-secret-in-environment",
  ({ environmentVariables }, { allowed, entropy }) =>
    Object.entries(environmentVariables).flatMap(([name, value]) => {
      const kind = allowed.includes(name) ? undefined : secretKind(name, value, entropy);
      return kind === undefined ? [] : [`has ${kind} in the environment variable ${name}`];
    }),
);
