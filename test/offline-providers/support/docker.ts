import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tar from "tar-stream";
import { dockerClient } from "../../../docker-connection/client";
import { skip } from "../../support/skip";

/** Everything the tests make in Docker is named with this, so that the end of a run can remove what a crash left. */
export const PREFIX = "mlep-prov-test-";
export const IMAGE = `${PREFIX}busybox:1`;

export const docker = dockerClient();

/** Skips the suite, with the reason, when no Docker engine answers; makes the test image once otherwise. */
export async function requireDocker(context: Mocha.Context): Promise<void> {
  try {
    await docker.ping();
  } catch (error) {
    skip(context, `no Docker engine answers (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
  if (await exists(docker.getImage(IMAGE))) {
    return;
  }
  const program = findBusybox();
  if (program === undefined) {
    skip(context, "no static busybox: install the Debian package busybox-static");
  }
  await importImage(program!);
}

export async function exists(thing: { inspect(): Promise<unknown> }): Promise<boolean> {
  try {
    await thing.inspect();
    return true;
  } catch {
    return false;
  }
}

/** Removes whatever the tests left, except the test image itself, which is kept for the next run. */
export async function sweep(): Promise<void> {
  const filters = { name: [PREFIX] };
  for (const { Id } of await docker.listContainers({ all: true, filters })) {
    await docker
      .getContainer(Id)
      .remove({ force: true, v: true })
      .catch(() => undefined);
  }
  for (const { Id } of await docker.listNetworks({ filters })) {
    await docker
      .getNetwork(Id)
      .remove()
      .catch(() => undefined);
  }
  const { Volumes } = await docker.listVolumes({ filters });
  for (const { Name } of Volumes ?? []) {
    await docker
      .getVolume(Name)
      .remove()
      .catch(() => undefined);
  }
  for (const { RepoTags } of await docker.listImages()) {
    for (const tag of RepoTags ?? []) {
      if (tag.startsWith(PREFIX) && tag !== IMAGE) {
        await docker
          .getImage(tag)
          .remove({ force: true })
          .catch(() => undefined);
      }
    }
  }
}

function findBusybox(): Buffer | undefined {
  for (const path of ["/bin/busybox", "/usr/bin/busybox"]) {
    if (existsSync(path)) {
      return readFileSync(path);
    }
  }
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  try {
    // Downloads into the folder only; nothing is installed.
    execFileSync("apt-get", ["download", "busybox-static"], { cwd: folder, stdio: "ignore" });
    const [archive] = readdirSync(folder);
    execFileSync("dpkg-deb", ["-x", archive ?? "", folder], { cwd: folder, stdio: "ignore" });
    return readFileSync(join(folder, "bin", "busybox"));
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function importImage(busybox: Buffer): Promise<void> {
  const pack = tar.pack();
  for (const name of ["bin", "etc", "tmp", "data"]) {
    pack.entry({ name, type: "directory", mode: 0o755 });
  }
  pack.entry({ name: "bin/busybox", mode: 0o755 }, busybox);
  for (const name of ["sh", "sleep", "cat", "echo", "stat", "true", "false", "id", "httpd", "ls", "test"]) {
    pack.entry({ name: `bin/${name}`, type: "symlink", linkname: "busybox" });
  }
  pack.entry({ name: "etc/passwd" }, "root:x:0:0:root:/:/bin/sh\n");
  pack.finalize();
  const [repo, tag] = IMAGE.split(":");
  const stream = await docker.importImage(pack as unknown as string, { repo, tag });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
