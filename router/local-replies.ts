import { METADATA } from "./names";
import { type JsonObject, setHeader } from "./xds";

interface Reply {
  /** What happened: one of Envoy's response flags, or the status that Envoy gave. */
  readonly when: { readonly flags: readonly string[] } | { readonly status: number };
  /** Status of the managed kind; model-errors.ts turns some into those of the Kubernetes kind. */
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const route = (field: string): string => `%METADATA(ROUTE:${METADATA}:${field})%`;

/** A route sets it on what it answers; a filter's refusal has not got as far as that. */
const REQUEST_ID = { "x-ms-request-id": "%REQ(X-REQUEST-ID)%" };

const CHALLENGE = { "www-authenticate": "Bearer" };

/** What the router answers by itself. The first row that fits is taken. */
const REPLIES: readonly Reply[] = [
  {
    when: { flags: ["UT"] },
    status: 408,
    code: "RequestTimeout",
    message: `deployment '${route("deployment")}' did not answer within request_timeout_ms: ${route("request_timeout_ms")}`,
  },
  {
    when: { flags: ["SI"] },
    status: 408,
    code: "RequestTimeout",
    message: "the connection was silent for too long",
  },
  {
    when: { flags: ["UO"] },
    status: 429,
    code: "TooManyRequests",
    message: `deployment '${route("deployment")}' has more requests waiting than max_concurrent_requests_per_instance allows`,
    headers: { "retry-after": "1" },
  },
  {
    when: { flags: ["UH"] },
    status: 503,
    code: "NoReadyInstance",
    message: `no instance of deployment '${route("deployment")}' is ready`,
  },
  {
    when: { flags: ["UF", "UC", "UR", "LR", "URX", "UPE"] },
    status: 502,
    code: "BadGateway",
    message: `the connection to an instance of deployment '${route("deployment")}' failed (%RESPONSE_FLAGS%)`,
  },
  {
    when: { status: 401 },
    status: 401,
    code: "Unauthorized",
    message: "the key is missing or not valid",
    headers: CHALLENGE,
  },
  // Envoy's answer to the key of another endpoint. Azure knows no 403 here (how-to-troubleshoot-online-endpoints).
  {
    when: { status: 403 },
    status: 401,
    code: "Unauthorized",
    message: "the key is not valid for this endpoint",
    headers: CHALLENGE,
  },
  {
    when: { status: 413 },
    status: 413,
    code: "PayloadTooLarge",
    message: `the request body is larger than ${route("payload_limit_bytes")} bytes`,
  },
  { when: { status: 400 }, status: 400, code: "BadRequest", message: "the request is not valid HTTP" },
];

/** Every answer of the router itself: `{"error": {"code", "message", "request_id"}}`. */
export function localReplyConfig(): JsonObject {
  return {
    mappers: REPLIES.map((reply) => ({
      filter: condition(reply.when),
      status_code: reply.status,
      body_format_override: body(reply.code, reply.message),
      headers_to_add: Object.entries({ ...REQUEST_ID, ...reply.headers }).map(([key, value]) => setHeader(key, value)),
    })),
    // Replies that a route makes: their code and text are the route's.
    body_format: body(route("error_code"), "%LOCAL_REPLY_BODY%"),
  };
}

function body(code: string, message: string): JsonObject {
  return { json_format: { error: { code, message, request_id: "%REQ(X-REQUEST-ID)%" } } };
}

function condition(when: Reply["when"]): JsonObject {
  return "flags" in when
    ? { response_flag_filter: { flags: when.flags } }
    : {
        status_code_filter: {
          comparison: { op: "EQ", value: { default_value: when.status, runtime_key: `unused.${when.status}` } },
        },
      };
}
