import type { Provider } from "../common/provider";
import { randomPasswordResource } from "./random-password";

/** Stands in for the official `random` plug-in where that cannot be downloaded. */
export const randomProvider: Provider<undefined> = {
  name: "random",
  version: "4.21.2",
  config: {},
  configure: () => undefined,
  resources: [randomPasswordResource],
};
