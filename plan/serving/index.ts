import type { DeploymentSpec } from "../../input/stack/spec";
import { coming } from "./coming";
import type { Refusal, ServingKind, ServingKindName } from "./kind";
import { lowCode } from "./low-code";

const KINDS: Readonly<Record<ServingKindName, ServingKind>> = {
  "low-code": lowCode,
  mlflow: coming("mlflow", withoutCode),
  triton: coming("triton", withoutCode),
  "custom-container": coming("custom-container", ({ environment }) =>
    environment?.inferenceConfig === undefined
      ? [
          {
            path: ["environment", "build"],
            what: "an environment from a Dockerfile",
            hint: "use 'image' and 'conda_file'",
          },
        ]
      : [
          {
            path: ["environment", "inference_config"],
            what: "a custom container",
            hint: "use a conda file and a scoring script",
          },
        ],
  ),
};

function withoutCode({ model }: DeploymentSpec): Refusal[] {
  return [
    {
      path: ["model", "type"],
      what: `a model of type ${model?.type ?? ""}`,
      hint: "use a custom model with a scoring script",
    },
  ];
}

/** How a deployment is served. */
export function servingKindOf(deployment: DeploymentSpec): ServingKind {
  return KINDS[kindName(deployment)];
}

function kindName({ model, environment }: DeploymentSpec): ServingKindName {
  if (environment?.inferenceConfig !== undefined || environment?.build !== undefined) {
    return "custom-container";
  }
  const type = model?.type ?? "custom_model";
  switch (type) {
    case "mlflow_model":
      return "mlflow";
    case "triton_model":
      return "triton";
    case "custom_model":
      return "low-code";
    default:
      return type satisfies never;
  }
}
