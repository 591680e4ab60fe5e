/** An operation that could not be carried out, in the user's words. */
export class OperationFailure extends Error {
  /** @param hint what mends it; a command where there is one */
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
    this.name = "OperationFailure";
  }
}
