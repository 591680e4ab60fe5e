import { METADATA, METRICS } from "./names";
import { extension, type JsonObject } from "./xds";

const ENDPOINT = `%METADATA(ROUTE:${METADATA}:endpoint)%`;
const DEPLOYMENT = `%METADATA(ROUTE:${METADATA}:deployment)%`;

/** One JSON line a request on stdout: what was asked, who answered and how long it took; no query, no key. */
const LOG_LINE: JsonObject = {
  time: "%START_TIME%",
  endpoint: ENDPOINT,
  deployment: DEPLOYMENT,
  route: "%ROUTE_NAME%",
  method: "%REQ(:METHOD)%",
  path: "%REQ_WITHOUT_QUERY(:PATH)%",
  code: "%RESPONSE_CODE%",
  model_code: "%RESP(MS-AZUREML-MODEL-ERROR-STATUSCODE)%",
  flags: "%RESPONSE_FLAGS%",
  details: "%RESPONSE_CODE_DETAILS%",
  duration_ms: "%DURATION%",
  model_ms: "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%",
  bytes_received: "%BYTES_RECEIVED%",
  bytes_sent: "%BYTES_SENT%",
  request_id: "%REQ(X-REQUEST-ID)%",
  instance: "%UPSTREAM_HOST%",
};

/** The log and the metrics of requests. Metrics come from here because this also sees what never reached a model. */
export function accessLog(): JsonObject[] {
  return [
    extension("envoy.access_loggers.stdout", "extensions.access_loggers.stream.v3.StdoutAccessLog", {
      log_format: {
        json_format: LOG_LINE,
        formatters: [
          extension("envoy.formatter.req_without_query", "extensions.formatter.req_without_query.v3.ReqWithoutQuery"),
        ],
      },
    }),
    extension("envoy.access_loggers.stats", "extensions.access_loggers.stats.v3.Config", {
      stats_scope: { prefix: METRICS, max_counters: 20_000, max_histograms: 5_000 },
      counters: [
        { stat: { name: "requests", tags: [...OF_DEPLOYMENT, tag("code", "%RESPONSE_CODE%")] }, value_fixed: 1 },
      ],
      histograms: [
        { stat: { name: "latency", tags: OF_DEPLOYMENT }, unit: "Milliseconds", value_format: "%DURATION%" },
      ],
    }),
  ];
}

const tag = (name: string, value: string): JsonObject => ({ name, value_format: value });
const OF_DEPLOYMENT = [tag("endpoint", ENDPOINT), tag("deployment", DEPLOYMENT)];
