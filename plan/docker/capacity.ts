import type { SpecError } from "../../input/documents/errors";
import { placeOf } from "../../input/documents/source-map";
import type { StackSpec } from "../../input/stack/spec";
import type { PlanContext } from "../plan-context";

/** Hard limits without a known host: nothing can tell whether they fit on it. */
export function capacityWarnings(stack: StackSpec, { capacity }: Pick<PlanContext, "capacity">): readonly SpecError[] {
  const { sizing, capacity: written } = stack.config.docker;
  const known = { ...capacity, ...written };
  const missing = [
    ...(known.cores === undefined ? ["cores"] : []),
    ...(known.memoryGib === undefined ? ["memoryGib"] : []),
  ];
  if (sizing !== "limits" || missing.length === 0) {
    return [];
  }
  return [
    {
      code: "HostCapacityUnknown",
      ...placeOf(stack.places, ["docker", "sizing"]),
      path: "docker.sizing",
      message: `whether the containers fit on the host is not checked: its ${missing.join(" and ")} are not known`,
      value: sizing,
      hint: `write ${missing.map((key) => `mlendpoints:docker.capacity.${key}`).join(" and ")}, or run this where the Docker engine answers`,
      rule: "target",
    },
  ];
}
