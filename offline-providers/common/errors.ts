import type { Props } from "./values";

/** An error meant for the person who runs `pulumi up`: its message is shown, its stack never. */
export class ProviderError extends Error {}

/**
 * The resource exists although creating or updating it failed. The engine records it, so nothing is left behind that
 * Pulumi does not know of, and the next `pulumi up` can delete it.
 */
export class InitFailed extends ProviderError {
  constructor(
    message: string,
    readonly id: string,
    readonly state: Props,
  ) {
    super(message);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
