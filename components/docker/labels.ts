import { labelsOf } from "../../plan/docker/names";

/** Labels in the provider's form. */
export function labels(...of: Parameters<typeof labelsOf>): { readonly label: string; readonly value: string }[] {
  return Object.entries(labelsOf(...of)).map(([label, value]) => ({ label, value }));
}
