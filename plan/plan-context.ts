import type { DeployedStack } from "./deployed";
import type { ImageMap } from "./images";

/** What the plan needs to know besides the stack's files. */
export interface PlanContext {
  /** Name of the stack on its target, unique there: the Pulumi stack's, unless a program makes several of them. */
  readonly stack: string;
  /** Local copies of public images; empty where public images can be pulled. */
  readonly localImages: ImageMap;
  /** Content hashes of the image recipes: another recipe is another image. */
  readonly recipes: { readonly environment: string; readonly deployment: string; readonly router: string };
  /**
   * Content hash of what the program changes about every instance by a `transform`. A container is only ever replaced as part of
   * a new generation, so this is part of all of them. @default nothing is changed
   */
  readonly transformed?: string;
  /** What the last update left; absent when there was none. */
  readonly deployed?: DeployedStack;
  /** ISO time of this run. */
  readonly now: string;
  /** What the host has, where it was asked and has answered. */
  readonly capacity?: HostCapacity;
}

export interface HostCapacity {
  readonly cores?: number;
  readonly memoryGib?: number;
}
