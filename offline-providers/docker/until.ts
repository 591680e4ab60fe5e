import { setTimeout as sleep } from "node:timers/promises";
import { ProviderError } from "../common/errors";

const POLL_MILLISECONDS = 200;

/** Asks again and again until `done` answers something. Undefined when the time is over. */
export async function until<T>(
  done: () => Promise<T | undefined>,
  timeoutMilliseconds: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  const end = Date.now() + timeoutMilliseconds;
  for (;;) {
    stopIfCancelled(signal);
    const answer = await done();
    if (answer !== undefined) {
      return answer;
    }
    if (Date.now() >= end) {
      return undefined;
    }
    await sleep(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
  }
}

function stopIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new ProviderError("cancelled");
  }
}

/** The promise, unless the person cancels first. */
export function orCancelled<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = (): void => reject(new ProviderError("cancelled"));
    if (signal.aborted) {
      cancel();
    }
    signal.addEventListener("abort", cancel, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", cancel));
  });
}
