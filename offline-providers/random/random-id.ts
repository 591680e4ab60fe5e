import { randomBytes } from "node:crypto";
import { Fields } from "../common/fields";
import type { Created, Resource } from "../common/provider";
import { atLeast } from "../common/rules";
import { output, replace } from "../common/schema";
import type { Props } from "../common/values";
import { keepers } from "./keepers";

export const randomIdResource: Resource<undefined> = {
  token: "random:index/randomId:RandomId",
  properties: {
    byteLength: replace("int", { required: true, check: atLeast(1) }),
    keepers,
    prefix: replace("string"),
    b64Std: output("string"),
    b64Url: output("string"),
    dec: output("string"),
    hex: output("string"),
  },
  create: async (_client, inputs) => recorded(inputs, randomBytes(new Fields(inputs).number("byteLength"))),
  // An import gives `<b64Url>`, or `<prefix>,<b64Url>`.
  read: async (_client, id, state) => {
    if (Object.keys(state).length > 0) {
      return { id, state };
    }
    const separator = id.lastIndexOf(",");
    const bytes = Buffer.from(id.slice(separator + 1), "base64url");
    const prefix: Props = separator < 0 ? {} : { prefix: id.slice(0, separator) };
    return recorded({ byteLength: bytes.length, ...prefix }, bytes);
  },
  delete: async () => undefined,
};

function recorded(inputs: Props, bytes: Buffer): Created {
  const prefix = new Fields(inputs).text("prefix");
  const id = bytes.toString("base64url");
  const hex = bytes.toString("hex");
  return {
    id,
    state: {
      ...inputs,
      b64Url: prefix + id,
      b64Std: prefix + bytes.toString("base64"),
      hex: prefix + hex,
      dec: prefix + BigInt(`0x${hex}`).toString(),
    },
  };
}
