import { readFileSync } from "node:fs";
import * as tar from "tar-stream";
import { messageOf, ProviderError } from "../common/errors";
import type { Fields } from "../common/fields";

const MODE_PLAIN = 0o644;
const MODE_EXECUTABLE = 0o744;

/** All files of `uploads` as one archive, to be unpacked at the container's root. */
export async function uploadArchive(uploads: readonly Fields[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const upload of uploads) {
    pack.entry(
      {
        // Relative to the root the archive is unpacked at.
        name: upload.text("file").replace(/^\/+/, ""),
        mode: fileMode(upload),
        uid: numericId(upload.text("owner"), "/etc/passwd", "owner"),
        gid: numericId(upload.text("group"), "/etc/group", "group"),
      },
      fileContent(upload),
    );
  }
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Which of the three sources an upload has; the reason when it is not exactly one. */
export function uploadFault(upload: Fields): string | undefined {
  const given = ["content", "contentBase64", "source"].filter((name) => upload.has(name));
  if (given.length === 1) {
    return undefined;
  }
  return given.length === 0
    ? "needs content, contentBase64 or source, and it must not be empty"
    : `has ${given.join(" and ")}; give one of them`;
}

function fileContent(upload: Fields): Buffer {
  if (upload.has("contentBase64")) {
    return Buffer.from(upload.text("contentBase64"), "base64");
  }
  if (!upload.has("source")) {
    return Buffer.from(upload.text("content"), "utf8");
  }
  try {
    return readFileSync(upload.text("source"));
  } catch (error) {
    throw new ProviderError(`uploads: source ${upload.text("source")} cannot be read: ${messageOf(error)}`);
  }
}

function fileMode(upload: Fields): number {
  if (upload.has("permissions")) {
    return Number.parseInt(upload.text("permissions"), 8);
  }
  return upload.flag("executable") ? MODE_EXECUTABLE : MODE_PLAIN;
}

/** A number is taken as it is; a name is looked up on this machine, as the official plug-in does. */
function numericId(text: string, database: string, what: string): number {
  if (text === "") {
    return 0;
  }
  if (/^\d+$/.test(text)) {
    return Number(text);
  }
  const line = readFileSync(database, "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${text}:`));
  const id = line?.split(":")[2];
  if (id === undefined) {
    throw new ProviderError(`uploads: ${what} "${text}" is not in ${database}; give its number`);
  }
  return Number(id);
}
