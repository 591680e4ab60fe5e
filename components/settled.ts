import type * as pulumi from "@pulumi/pulumi";

/**
 * The value of an output when it is settled; undefined when its resource has failed, or was left out since another one had. `apply`
 * is never called for such an output: only the promises behind it tell of that.
 */
export async function settled<T>(output: pulumi.Output<T>): Promise<T | undefined> {
  const { isKnown, promise } = output as unknown as {
    readonly isKnown: Promise<boolean>;
    promise(withUnknowns?: boolean): Promise<T>;
  };
  try {
    return (await isKnown) ? await promise.call(output) : undefined;
  } catch {
    return undefined;
  }
}
