import { homedir } from "node:os";
import path from "node:path";
import { userState } from "./cache";

/** The folder in which `engine/pulumi.sh` has its state; undefined when the user keeps it in some service. */
export function backendFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const url = env["PULUMI_BACKEND_URL"];
  if (url === undefined || url === "") {
    return path.join(userState(env), "state");
  }
  if (!url.startsWith("file://")) {
    return undefined;
  }
  const [folder = ""] = url.slice("file://".length).split("?");
  return path.resolve(folder.replace(/^~(?=\/|$)/, homedir()));
}
