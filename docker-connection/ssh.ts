// ssh:// as the docker program and the official provider do it: the ssh program runs `docker system dial-stdio` on the other
// machine, which joins its standard input and output to the engine's socket. So keys, known hosts and ~/.ssh/config are those
// the user has. Source: docker/cli cli/connhelper.
import { spawn } from "node:child_process";
import { Agent } from "node:http";
import { Duplex, PassThrough } from "node:stream";
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
    return dial(sshArguments(this.endpoint, this.sshOptions));
  }
}

function dial(args: readonly string[]): Duplex {
  const child = spawn("ssh", args, { stdio: ["pipe", "pipe", "pipe"] });
  // The answers end with the process and not with its output: why it ended is known only then.
  const answers = new PassThrough();
  child.stdout.pipe(answers, { end: false });
  const socket = Duplex.from({ readable: answers, writable: child.stdin });
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said += text.toString("utf8");
  });
  child.once("error", (error) => socket.destroy(new SshFailed(`the ssh program cannot be started (${error.message})`)));
  child.once("close", (code) => {
    if (code === 0 || code === null) {
      answers.end();
    } else {
      socket.destroy(new SshFailed(said.trim() === "" ? `ssh ended with ${code}` : said.trim()));
    }
  });
  socket.once("close", () => child.kill());
  return withTimeout(socket);
}

/** HTTP asks its socket for a time-out; a pair of pipes has none. */
function withTimeout(socket: Duplex): Duplex {
  let timer: NodeJS.Timeout | undefined;
  const setTimeoutOf = (milliseconds: number): Duplex => {
    clearTimeout(timer);
    timer = milliseconds > 0 ? setTimeout(() => socket.emit("timeout"), milliseconds).unref() : undefined;
    return socket;
  };
  socket.once("close", () => clearTimeout(timer));
  return Object.assign(socket, { setTimeout: setTimeoutOf });
}
