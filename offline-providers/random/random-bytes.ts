import { randomBytes } from "node:crypto";
import { ProviderError } from "../common/errors";
import { Fields } from "../common/fields";
import type { Created, Resource } from "../common/provider";
import { atLeast } from "../common/rules";
import { output, replace } from "../common/schema";
import type { Props } from "../common/values";
import { keepers } from "./keepers";

export const randomBytesResource: Resource<undefined> = {
  token: "random:index/randomBytes:RandomBytes",
  properties: {
    length: replace("int", { required: true, check: atLeast(1) }),
    keepers,
    base64: output("string", { secret: true }),
    hex: output("string", { secret: true }),
  },
  create: async (_client, inputs) => recorded(inputs, randomBytes(new Fields(inputs).number("length"))),
  // An import gives the bytes as base64.
  read: async (_client, id, state) => {
    if (Object.keys(state).length > 0) {
      return { id, state };
    }
    const bytes = Buffer.from(id, "base64");
    if (bytes.toString("base64") !== id) {
      throw new ProviderError("the id of an import must be the bytes as base64");
    }
    return recorded({ length: bytes.length }, bytes);
  },
  delete: async () => undefined,
};

const recorded = (inputs: Props, bytes: Buffer): Created => ({
  id: "none",
  state: { ...inputs, base64: bytes.toString("base64"), hex: bytes.toString("hex") },
});
