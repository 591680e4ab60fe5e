import { canonicalJson } from "../plan/hash";
import { FEATURES, type RouterFeature } from "./features";
import { ADMIN_SOCKET, LISTENER_STATS, METADATA, ROUTER_FOLDERS, type RouterFolders } from "./names";
import { watchedFiles } from "./watched-files";

/** Only this user can read it: the router's own. */
const SECRET_MODE = 0o600;
const OPEN_MODE = 0o644;

/** What the programs of the router's image must know of it, as JSON. It lies beside the bootstrap. */
export function compileManifest(
  folders: RouterFolders = ROUTER_FOLDERS,
  features: readonly RouterFeature[] = FEATURES,
): string {
  return canonicalJson({
    folders,
    adminSocket: ADMIN_SOCKET,
    metadata: METADATA,
    requestsInFlight: `http.${LISTENER_STATS}.downstream_rq_active`,
    modes: { open: OPEN_MODE, secret: SECRET_MODE },
    files: watchedFiles(features).map(({ secret, ...file }) => ({ ...file, mode: secret ? SECRET_MODE : OPEN_MODE })),
  });
}
