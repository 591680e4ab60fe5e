import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface ContextOptions {
  /** Folder with ca.pem, cert.pem and key.pem. */
  readonly certificates?: string;
  readonly skipVerify?: boolean;
}

/** A folder of the docker program's own, `DOCKER_CONFIG`, as that program writes it. */
export class DockerFolder {
  readonly folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-docker-config-"));

  context(name: string, address: string, options: ContextOptions = {}): void {
    const id = createHash("sha256").update(name).digest("hex");
    const meta = path.join(this.folder, "contexts/meta", id);
    mkdirSync(meta, { recursive: true });
    const docker = { Host: address, SkipTLSVerify: options.skipVerify === true };
    writeFileSync(path.join(meta, "meta.json"), JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker } }));
    if (options.certificates !== undefined) {
      const tls = path.join(this.folder, "contexts/tls", id, "docker");
      mkdirSync(tls, { recursive: true });
      for (const file of ["ca.pem", "cert.pem", "key.pem"]) {
        copyFileSync(path.join(options.certificates, file), path.join(tls, file));
      }
    }
  }

  /** `docker context use`. */
  use(name: string): void {
    writeFileSync(path.join(this.folder, "config.json"), JSON.stringify({ currentContext: name }));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
