import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { isConflict } from "./explain";

/** What the build stage of scoring-image/environment.Dockerfile is labelled with when there is a password in it. */
const SECRET_STAGE = "mlendpoints.stage=secret";

const PAUSE_MILLISECONDS = 200;
const ATTEMPTS = 50;

/**
 * Deletes the stages that environments were built in with a password of a package index. The engine's own builder keeps a stage as
 * an untagged image, finished or not, and ours holds the machine's index settings. Other stages stay: they make the next build quick.
 *
 * A build of another process that goes on meanwhile loses nothing while one of its steps runs; between two steps it could, and
 * then fails and can be run again. A password that stays would be worse.
 */
export async function removeBuildStages(docker: Docker): Promise<boolean> {
  const filters = JSON.stringify({ label: [SECRET_STAGE], dangling: ["true"] });
  for (let attempt = 1; ; attempt++) {
    try {
      const { ImagesDeleted } = await docker.pruneImages({ filters });
      return (ImagesDeleted ?? []).length > 0;
    } catch (error) {
      // The engine refuses two clean-ups at a time.
      if (!isConflict(error) || attempt === ATTEMPTS) {
        throw error;
      }
      await pause(PAUSE_MILLISECONDS);
    }
  }
}
