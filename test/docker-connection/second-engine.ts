import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { dockerClient } from "../../docker-connection/client";
import { resolveConnection } from "../../docker-connection/connection";

/** Why a second engine cannot be had here; undefined when it can. */
export function whyNoSecondEngine(): string | undefined {
  if (process.getuid?.() !== 0) {
    return "only root can start a second Docker engine";
  }
  try {
    execFileSync("sh", ["-c", "command -v dockerd && command -v docker && command -v openssl && command -v ip"], {
      stdio: "ignore",
    });
    return undefined;
  } catch {
    return "dockerd, docker, openssl or ip is not on the PATH";
  }
}

/** A Docker engine of its own beside the machine's: on a socket, and with TLS on a port of the loopback device. */
export class SecondEngine {
  private constructor(
    private readonly folder: string,
    private readonly process: ChildProcess,
    private readonly bridge: string,
    /** `unix://…` */
    readonly socket: string,
    /** `tcp://127.0.0.1:…` */
    readonly tcp: string,
    /** Folder with the ca.pem, cert.pem and key.pem of a client. */
    readonly certificates: string,
  ) {}

  static async start(): Promise<SecondEngine> {
    // Short, because the path of a socket may have 107 characters.
    const folder = mkdtempSync(path.join(tmpdir(), "mle2-"));
    const [client, server] = [path.join(folder, "client"), path.join(folder, "server")];
    makeCertificates(client, server);
    const socket = `unix://${folder}/docker.sock`;
    const tcp = `tcp://127.0.0.1:${await freePort()}`;
    const tls = ["ca", "cert", "key"].map((name) => `--tls${name === "ca" ? "cacert" : name}=${server}/${name}.pem`);
    const own = ["data-root", "exec-root"].map((name) => `--${name}=${path.join(folder, name)}`);
    const bridge = makeBridge();
    const dockerd = spawn(
      "dockerd",
      [
        ...[...own, `--pidfile=${folder}/pid`, `--host=${socket}`, `--host=${tcp}`, "--tlsverify", ...tls],
        // It shares the machine's network with the first engine, and must leave that alone. So it has a bridge of its own:
        // with `none` it would delete the first one's.
        ...[`--bridge=${bridge}`, "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"],
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    const log = createWriteStream(path.join(folder, "log"));
    dockerd.stdout.pipe(log);
    dockerd.stderr.pipe(log);
    const engine = new SecondEngine(folder, dockerd, bridge, socket, tcp, client);
    await engine.untilReady();
    return engine;
  }

  private async untilReady(): Promise<void> {
    const docker = dockerClient(resolveConnection({ host: this.socket }));
    for (;;) {
      try {
        await docker.ping();
        return;
      } catch {
        if (this.process.exitCode !== null) {
          throw new Error(`dockerd ended:\n${readFileSync(path.join(this.folder, "log"), "utf8")}`);
        }
        await pause(50);
      }
    }
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null) {
      const ended = new Promise((resolve) => this.process.once("exit", resolve));
      this.process.kill("SIGTERM");
      await ended;
    }
    execFileSync("ip", ["link", "delete", this.bridge]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A bridge that no other engine knows, without a way out. */
function makeBridge(): string {
  // At most 15 characters.
  const name = `mle2-${process.pid}`;
  execFileSync("ip", ["link", "add", "name", name, "type", "bridge"]);
  execFileSync("ip", ["address", "add", "10.213.78.1/24", "dev", name]);
  return name;
}

function makeCertificates(client: string, server: string): void {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
  mkdirSync(client);
  mkdirSync(server);
  const key = ["-newkey", "rsa:2048", "-nodes"];
  const [ca, caKey] = [path.join(server, "ca.pem"), path.join(server, "ca-key.pem")];
  openssl("req", "-x509", ...key, "-keyout", caKey, "-out", ca, "-subj", "/CN=test", "-days", "2");
  writeFileSync(path.join(client, "ca.pem"), readFileSync(ca));
  for (const [folder, extension] of [
    [server, "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth"],
    [client, "extendedKeyUsage=clientAuth"],
  ] as const) {
    const [request, extensions] = [path.join(folder, "request.pem"), path.join(folder, "extensions")];
    writeFileSync(extensions, extension);
    openssl("req", ...key, "-keyout", path.join(folder, "key.pem"), "-out", request, "-subj", "/CN=test");
    openssl(
      ...["x509", "-req", "-in", request, "-CA", ca, "-CAkey", caKey, "-CAcreateserial", "-days", "2"],
      ...["-extfile", extensions, "-out", path.join(folder, "cert.pem")],
    );
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
