// What can be reached from here, asked once a run. Short limits: a machine behind a silent firewall must not wait for minutes.
import { dockerClient } from "../docker-connection/client";
import type { DockerConnection } from "../docker-connection/connection";
import { hasImage } from "./docker-client";
import { tryRun } from "./run";

/** Where Pulumi publishes its command line and plug-ins. */
export const PULUMI_DOWNLOADS = "https://get.pulumi.com";

const LIMIT_S = 3;

const answers = new Map<string, Promise<boolean>>();

/** True when `place` answers; asked at most once in a run. */
export function reachable(place: string, ask: (place: string) => Promise<boolean> = answersHead): Promise<boolean> {
  const known = answers.get(place);
  if (known !== undefined) {
    return known;
  }
  const answer = ask(place);
  answers.set(place, answer);
  return answer;
}

/** curl, because it honours the proxy and certificate settings of the machine; `--fail`, because gateways answer with error pages. */
async function answersHead(url: string): Promise<boolean> {
  const args = [
    "--head",
    "--silent",
    "--fail",
    "--location",
    "--output",
    "/dev/null",
    "--max-time",
    String(LIMIT_S),
    url,
  ];
  return (await tryRun("curl", args)).code === 0;
}

/**
 * True when the engine has the public image or its registry answers. The engine is the one who pulls, perhaps on another
 * machine or through a mirror, so the engine is asked.
 */
export async function imageUsable(connection: DockerConnection, name: string): Promise<boolean> {
  return (await hasImage(dockerClient(connection), name)) || (await registryAnswers(connection, name));
}

/** The registry an image name points at: its first part when that looks like a host name, else Docker Hub. */
export function registryOf(name: string): string {
  const first = name.includes("/") ? name.split("/")[0]! : "";
  return /[.:]/.test(first) || first === "localhost" ? first : "docker.io";
}

async function registryAnswers(connection: DockerConnection, name: string): Promise<boolean> {
  return reachable(`registry ${registryOf(name)}`, async () => {
    try {
      await dockerClient(connection, { timeout: LIMIT_S * 1000 })
        .getImage(name)
        .distribution();
      return true;
    } catch {
      return false;
    }
  });
}
