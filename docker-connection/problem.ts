/** Why there is no connection to a Docker engine: shown to the user as it is, without a stack. */
export class DockerConnectionError extends Error {
  constructor(
    /** What is wrong, without the hint. */
    readonly reason: string,
    /** What to do about it: one sentence or command. */
    readonly hint: string,
  ) {
    super(`${reason}; ${hint}`);
    this.name = "DockerConnectionError";
    this.stack = this.message;
  }
}
