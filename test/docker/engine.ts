import Docker from "dockerode";

export const docker = new Docker();

/** Why a Docker test cannot run here; undefined when it can. */
export async function whyNoDocker(): Promise<string | undefined> {
  try {
    await docker.ping();
    return undefined;
  } catch (error) {
    return `no Docker engine answers: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Skips a suite, saying why, where there is no Docker engine. */
export function needsDocker(): void {
  before(async function () {
    const why = await whyNoDocker();
    if (why !== undefined) {
      console.log(`      skipped: ${why}`);
      this.skip();
    }
  });
}

/** What a stack has on the host: names of its containers, networks, volumes and images. */
export async function leftovers(stack: string): Promise<string[]> {
  const prefix = `mlendpoints-${stack}`;
  const [containers, networks, volumes, images] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listNetworks(),
    docker.listVolumes(),
    docker.listImages(),
  ]);
  return [
    ...containers.flatMap(({ Names }) => Names.map((name) => name.slice(1))).filter((name) => name.startsWith(prefix)),
    ...networks.map(({ Name }) => Name).filter((name) => name.startsWith(prefix)),
    ...(volumes.Volumes ?? []).map(({ Name }) => Name).filter((name) => name.startsWith(prefix)),
    ...images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => tag.startsWith(`mlendpoints/${stack}/`)),
  ].sort();
}

/** The container of a stack whose name ends so. */
export async function container(stack: string, ending: RegExp): Promise<Docker.ContainerInfo> {
  const all = await docker.listContainers({ all: true });
  const found = all.find(({ Names }) =>
    Names.some((name) => name.startsWith(`/mlendpoints-${stack}-`) && ending.test(name)),
  );
  if (found === undefined) {
    throw new Error(`no container of ${stack} matches ${ending}`);
  }
  return found;
}
