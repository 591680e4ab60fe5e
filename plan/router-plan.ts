import type { StackConfig } from "../input/stack/config";
import { contentHash } from "./hash";
import { applyMap, resolveBaseImage } from "./images";
import type { PlanContext } from "./plan-context";

/** The router of a stack, for any target. */
export interface RouterPlan {
  /** Content hash of all that its image is made of. */
  readonly key: string;
  /** Names of the images that it is made from. */
  readonly base: string;
  readonly envoy: string;
  /** Address and port that it listens on. */
  readonly host: string;
  readonly port: number;
}

/** Python of the router's own small programs. */
const PYTHON = "3.12";

export const ENVOY_IMAGE = "envoyproxy/envoy:v1.40.0";

export function planRouter(
  { images, router }: Pick<StackConfig, "images" | "router">,
  context: PlanContext,
): RouterPlan {
  const base = resolveBaseImage(undefined, PYTHON, images, context.localImages).name;
  const envoy = applyMap(applyMap(ENVOY_IMAGE, PYTHON, images), PYTHON, context.localImages);
  return {
    key: contentHash({ base, envoy, recipe: context.recipes.router }),
    base,
    envoy,
    host: router.host,
    port: router.port,
  };
}
