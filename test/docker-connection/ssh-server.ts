import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Connection, Server } from "ssh2";

/** An SSH server on the loopback device that lets one key in and runs what it is asked to. */
export class SshServer {
  private constructor(
    private readonly folder: string,
    private readonly server: Server,
    private readonly clients: ReadonlySet<Connection>,
    readonly port: number,
  ) {}

  static async start(): Promise<SshServer> {
    const folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-ssh-"));
    const keygen = (name: string, ...more: string[]) =>
      execFileSync("ssh-keygen", ["-q", "-N", "", "-f", path.join(folder, name), "-t", ...more]);
    keygen("host", "rsa", "-b", "2048", "-m", "PEM");
    keygen("user", "ed25519");
    const allowed = Buffer.from(readFileSync(path.join(folder, "user.pub"), "utf8").split(" ")[1]!, "base64");
    const clients = new Set<Connection>();
    const server = new Server({ hostKeys: [readFileSync(path.join(folder, "host"))] }, (client) => {
      clients.add(client);
      client.on("error", () => undefined);
      client.on("authentication", (attempt) => {
        if (attempt.method === "publickey" && attempt.key.data.equals(allowed)) {
          attempt.accept();
        } else {
          attempt.reject(["publickey"]);
        }
      });
      client.on("session", (accept) =>
        accept().on("exec", (accepted, _rejected, { command }) => {
          const channel = accepted();
          const child = spawn("sh", ["-c", command]);
          channel.once("close", () => child.kill());
          channel.pipe(child.stdin);
          child.stdout.pipe(channel, { end: false });
          child.stderr.pipe(channel.stderr);
          child.once("close", (code) => {
            channel.exit(code ?? 1);
            channel.end();
          });
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const [type, key] = readFileSync(path.join(folder, "host.pub"), "utf8").split(" ");
    writeFileSync(path.join(folder, "known_hosts"), `[127.0.0.1]:${port} ${type} ${key}\n`);
    return new SshServer(folder, server, clients, port);
  }

  /** Options of the ssh program that use this server's key and nothing of the user's own. */
  options(identity = "user"): string[] {
    const settings = [
      `UserKnownHostsFile=${this.folder}/known_hosts`,
      "StrictHostKeyChecking=yes",
      "BatchMode=yes",
      "IdentitiesOnly=yes",
    ];
    return ["-F", "none", "-i", path.join(this.folder, identity), ...settings.flatMap((option) => ["-o", option])];
  }

  stop(): void {
    this.server.close();
    for (const client of this.clients) {
      client.end();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
