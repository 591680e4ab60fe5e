/** What the router can do. To add an ability: a file beside this one, and a line in the table. */
import { API_KEYS } from "./api-keys";
import { BODY_LIMIT } from "./body-limit";
import { CONCURRENCY } from "./concurrency";
import type { RouterFeature } from "./feature";
import { MODEL_ERRORS } from "./model-errors";
import { READINESS } from "./readiness";
import { RETRIES } from "./retries";

export type { FeatureFile, RouterFeature, RouteToDeployment } from "./feature";

/** In the order in which a request passes their filters. */
export const FEATURES: readonly RouterFeature[] = [API_KEYS, BODY_LIMIT, MODEL_ERRORS, RETRIES, CONCURRENCY, READINESS];
