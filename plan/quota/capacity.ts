import type { SpecError } from "../../input/documents/errors";
import { placeOf } from "../../input/documents/source-map";
import type { StackSpec } from "../../input/stack/spec";
import type { AccountRule } from "./accounts";
import type { Holding, QuotaContext } from "./demand";
import { thousandths } from "./reserve";

/**
 * What a Docker host must really have: with `docker.sizing: limits` every container may use all cores and all memory of
 * its size. Nothing is held back for upgrades, and both generations of a changed deployment run, so that the peak counts.
 * With `shares` containers share what there is, and nothing is promised that could be missing.
 */
export function capacityRules({ config }: StackSpec, { host }: QuotaContext): AccountRule[] {
  const { sizing, capacity } = config.docker;
  const cores = capacity?.cores ?? host?.cores;
  const memoryGib = capacity?.memoryGib ?? host?.memoryGib;
  const path = (key: "cores" | "memoryGib") =>
    capacity?.[key] === undefined ? ["docker", "sizing"] : ["docker", "capacity", key];
  const rules: AccountRule[] = [
    {
      kind: "hostCores",
      name: "host cores",
      unit: "cores",
      limit: cores,
      path: path("cores"),
      enforcesSurge: true,
      measure: onHost(({ cores: each }) => each),
    },
    {
      kind: "hostMemory",
      name: "host memory",
      unit: "GiB",
      limit: memoryGib,
      path: path("memoryGib"),
      enforcesSurge: true,
      measure: onHost(({ memoryGiB }) => memoryGiB),
    },
  ];
  return sizing === "limits" ? rules.filter(({ limit }) => limit !== undefined) : [];
}

/** The Docker target gives its containers no GPU: a deployment that needs one is told so, by name. */
export function gpuWarnings({ endpoints }: StackSpec): SpecError[] {
  return endpoints.flatMap(({ endpoint, deployments }) =>
    deployments.flatMap((deployment): SpecError[] => {
      const size = deployment.instanceType;
      if (size === undefined || size.gpus === 0) {
        return [];
      }
      return [
        {
          code: "GpuNotKnown",
          ...placeOf(deployment.places, ["instance_type"]),
          path: "instance_type",
          message: `no GPU of the Docker host is known: the containers of ${endpoint.name}/${deployment.name} get none`,
          value: `${size.name}, ${gpusOf(size.gpus)} ${size.gpuModel ?? "GPU"} each`,
          hint: "use a model that also runs on a CPU, or an instance type without a GPU",
          rule: "target",
        },
      ];
    }),
  );
}

/** Some sizes own part of a GPU. */
function gpusOf(gpus: number): string {
  return gpus < 1 ? `1/${Math.round(1 / gpus)}` : String(gpus);
}

function onHost(each: (size: Holding["size"]) => number) {
  return (holding: Holding, instances: number): number =>
    holding.pool === "cluster" ? 0 : thousandths(instances * each(holding.size));
}
