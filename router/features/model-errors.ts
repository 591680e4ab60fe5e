import type { EndpointRoutes } from "../../plan/routing-table";
import { extension, typed } from "../xds";
import type { RouterFeature } from "./feature";

type Kind = EndpointRoutes["kind"];

const FILTER = "envoy.filters.http.lua";

interface StatusRules {
  /** Condition on `status`, a model's answer, for it to be shown as an error of the model. */
  readonly modelError: string;
  /** What a model's error is shown as. */
  readonly modelErrorStatus: number;
  /** The router's own answers, where they differ from the managed kind. */
  readonly own: Readonly<Record<number, number>>;
}

/** Managed: any answer but 200 is 424. Kubernetes: a 5xx is 502 (both: how-to-troubleshoot-online-endpoints). 101 is the start of a WebSocket. */
const RULES: Readonly<Record<Kind, StatusRules>> = {
  managed: { modelError: 'status ~= "200" and status ~= "101"', modelErrorStatus: 424, own: {} },
  kubernetes: { modelError: 'status:sub(1, 1) == "5"', modelErrorStatus: 502, own: { 408: 504, 429: 503 } },
};

/**
 * Only a model's answer has `x-envoy-upstream-service-time`; Envoy overwrites one that the model sends. The body stays the
 * model's own. A refused key has not been to any deployment, so its answer names none.
 */
function script(rules: StatusRules): string {
  const own = Object.entries(rules.own).map(([from, to]) => `["${from}"] = "${to}"`);
  return `
local own = {${own.join(", ")}}
function envoy_on_response(handle)
  local headers = handle:headers()
  local status = headers:get(":status")
  if headers:get("x-envoy-upstream-service-time") == nil then
    if status == "401" then headers:remove("azureml-model-deployment") end
    if own[status] ~= nil then headers:replace(":status", own[status]) end
  elseif ${rules.modelError} then
    headers:replace(":status", "${rules.modelErrorStatus}")
    headers:replace("ms-azureml-model-error-statuscode", status)
    headers:replace("ms-azureml-model-error-reason", "model_error")
  end
end
`;
}

/** An answer that says that the model failed has the status that Azure gives it. */
export const MODEL_ERRORS: RouterFeature = {
  filters: () => [
    extension(FILTER, "extensions.filters.http.lua.v3.Lua", {
      source_codes: Object.fromEntries(
        Object.entries(RULES).map(([kind, rules]) => [kind, { inline_string: script(rules) }]),
      ),
    }),
  ],
  endpointFilters: ({ kind }) => ({ [FILTER]: typed("extensions.filters.http.lua.v3.LuaPerRoute", { name: kind }) }),
};
