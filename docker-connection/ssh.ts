// ssh:// as the docker program and the official provider do it: the ssh program runs `docker system dial-stdio` on the other
// machine, which joins its standard input and output to the engine's socket. So keys, known hosts and ~/.ssh/config are those
// the user has. Source: docker/cli cli/connhelper.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Agent } from "node:http";
import { Duplex } from "node:stream";
import type { Endpoint } from "./address";

type SshEndpoint = Extract<Endpoint, { kind: "ssh" }>;

/** What the ssh program said when it could not connect. */
export class SshFailed extends Error {
  readonly code = "SSH";
}

/** Arguments of the ssh program. */
export function sshArguments({ user, host, port, socket }: SshEndpoint, options: readonly string[]): string[] {
  return [
    ...options,
    ...(options.some((option) => option.includes("ConnectTimeout")) ? [] : ["-o", "ConnectTimeout=30"]),
    "-T",
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    "--",
    host,
    ...["docker", ...(socket === undefined ? [] : [`--host=unix://${socket}`]), "system", "dial-stdio"],
  ];
}

/** Every request gets a connection, that is an ssh process, of its own: kept ones would keep a program from ending. */
export class SshAgent extends Agent {
  constructor(
    private readonly endpoint: SshEndpoint,
    private readonly sshOptions: readonly string[],
  ) {
    super({ keepAlive: false });
  }

  override createConnection(): Duplex {
    return new SshSocket(sshArguments(this.endpoint, this.sshOptions));
  }
}

/** The standard input and output of an ssh process as one socket. It ends with the process: only then is known why. */
class SshSocket extends Duplex {
  private readonly child: ChildProcessWithoutNullStreams;
  private timer: NodeJS.Timeout | undefined;

  constructor(args: readonly string[]) {
    super();
    const child = spawn("ssh", args);
    this.child = child;
    let said = "";
    child.stderr.on("data", (text: Buffer) => {
      said += text.toString("utf8");
    });
    child.stdout.on("data", (data: Buffer) => {
      if (!this.push(data)) {
        child.stdout.pause();
      }
    });
    // That it takes no more input comes before its end, which says more.
    child.stdin.on("error", () => undefined);
    child.once("error", (error) => this.destroy(new SshFailed(`the ssh program cannot be started (${error.message})`)));
    child.once("close", (code) => {
      if (code === 0 || code === null) {
        this.push(null);
      } else {
        this.destroy(new SshFailed(said.trim() === "" ? `ssh ended with ${code}` : said.trim()));
      }
    });
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.child.stdin.write(chunk, (error) => {
      if (error === null || error === undefined) {
        done();
      }
    });
  }

  override _final(done: () => void): void {
    this.child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.timer);
    this.child.kill();
    done(error);
  }

  /** HTTP asks this of its sockets. */
  setTimeout(milliseconds: number): this {
    clearTimeout(this.timer);
    this.timer = milliseconds > 0 ? setTimeout(() => this.emit("timeout"), milliseconds).unref() : undefined;
    return this;
  }
}
