import type { ResourceValidationPolicy } from "@pulumi/policy";
import * as access from "./access";
import * as availability from "./availability";
import * as containers from "./containers";
import * as cost from "./cost";
import * as images from "./images";
import * as network from "./network";
import * as packages from "./packages";
import * as probes from "./probes";
import * as quota from "./quota";
import * as requests from "./requests";
import * as secrets from "./secrets";
import * as traffic from "./traffic";

/** One module per domain. */
export const DOMAINS: Readonly<Record<string, Readonly<Record<string, ResourceValidationPolicy>>>> = {
  quota,
  availability,
  probes,
  requests,
  traffic,
  access,
  secrets,
  images,
  packages,
  network,
  cost,
  containers,
};

export const POLICIES: readonly ResourceValidationPolicy[] = Object.values(DOMAINS).flatMap((domain) =>
  Object.values(domain),
);
