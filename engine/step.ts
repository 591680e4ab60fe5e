// A step of `make up`: something this machine must have, how to see that it is there, how to get it.

/** What a step found or made. */
export interface Outcome {
  /** Version or names, shown to the user: "3.259.0". */
  readonly detail: string;
  /** Where it came from: "on PATH", "cached", "built from Go modules". */
  readonly source: string;
  /** Something the user should know although the step passed. */
  readonly warning?: string;
}

export interface Step {
  readonly name: string;
  /** One sentence for the user: why this is needed at all. */
  readonly why: string;
  /** Steps that must have passed before. */
  readonly needs: readonly string[];
  /** Quick look; undefined when it has to be made. Changes nothing but small records in `.cache/`. */
  check(): Promise<Outcome | undefined>;
  /** Makes it. Safe to repeat and to interrupt. */
  make(say: Say): Promise<Outcome>;
}

/** Tells the user what is going on, one line a call. */
export type Say = (text: string) => void;

/** A failure the user can act on: what happened and the command to run. Shown without a stack. */
export class EngineError extends Error {
  constructor(
    message: string,
    /** Command or sentence that helps. */
    readonly hint: string,
  ) {
    super(message);
    this.name = "EngineError";
  }
}
