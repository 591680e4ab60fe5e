import type { ErrorCode } from "../documents/error-codes";
import type { SpecError } from "../documents/errors";

/** A rule of `mlendpoints check` that JSON Schema cannot say. */
export interface Gap {
  readonly name: string;
  /** For people: docs/editors.md has the same list. */
  readonly what: string;
  /** Whether a fault breaks this rule; `seen` is the value at its path. */
  matches(error: SpecError, seen: unknown): boolean;
}

function fault(code: ErrorCode, path: RegExp, message = /^/): Gap["matches"] {
  return (error) => error.code === code && path.test(error.path) && message.test(error.message);
}

function either(...matches: readonly Gap["matches"][]): Gap["matches"] {
  return (error, seen) => matches.some((match) => match(error, seen));
}

export const GAPS: readonly Gap[] = [
  {
    name: "YAML",
    what: "faults of YAML itself: the editor's own parser tells those",
    matches: fault("InvalidYaml", /^$/),
  },
  {
    name: "files",
    what: "files and folders that are not there",
    matches: either(fault("FileNotFound", /./), fault("InvalidValue", /./, /^is (not )?a folder/)),
  },
  {
    name: "contents of files",
    what: "what is inside other files: a scoring script that is not Python, a conda file that is not YAML",
    matches: fault("BadArgument", /^code_configuration\.scoring_script$/, /not Python/),
  },
  {
    name: "sums",
    what: "sums: `traffic` that is neither 0 nor 100 in all",
    matches: fault("BadArgument", /^traffic$/, /add up/),
  },
  {
    name: "two maps",
    what: "keys of one map against keys of another: live and mirrored traffic to one deployment, `Blue` beside `blue`",
    matches: either(
      fault("BadArgument", /^(mirror_)?traffic\./, /twice/),
      fault("BadArgument", /^mirror_traffic\./, /not both/),
    ),
  },
  {
    name: "other files",
    what: "names in other files: traffic to a deployment that does not exist, a deployment listed under another endpoint",
    matches: either(
      fault("BadArgument", /^(mirror_)?traffic\./, /not a deployment/),
      fault("BadArgument", /^(endpoint_name|type)$/, /(listed under|its endpoint)/),
    ),
  },
  {
    name: "joined names",
    what: "the length of the endpoint's and the deployment's name together, on Kubernetes",
    matches: fault("BadArgument", /^name$/, /together/),
  },
  {
    name: "endpoint_name",
    what: "`endpoint_name` where nobody gives it: in a stack it may be absent",
    matches: fault("MissingField", /^endpoint_name$/),
  },
  {
    name: "amounts",
    what: "one amount against another: `resources.requests` over `limits`, `min_instances` over `max_instances`, 0 cores",
    matches: either(
      fault("BadArgument", /^resources\.requests\./, /more than the limit/),
      fault("InvalidValue", /^resources\.requests\./, /out of range/),
      fault("InvalidDeploymentSpec", /^scale_settings\./),
    ),
  },
  {
    name: "numbers in quotes",
    what: 'numbers in quotes that are out of range, beyond their sign: `port: "70000"`',
    matches: (error, seen) =>
      typeof seen === "string" && error.code === "InvalidValue" && error.message === "is out of range",
  },
  {
    name: "VM sizes",
    what: "VM sizes that are in no list: they are completed, but a stack can add its own",
    matches: fault("BadArgument", /^instance_type$/, /VM size/),
  },
  {
    name: "raised limits",
    what: "limits that Azure raises on request, such as 50 instances: a stack can say so",
    matches: fault("OutOfQuota", /./),
  },
];
