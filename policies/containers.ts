import { containerPolicy } from "./define";
import type { ContainerInputs } from "./inputs";

export const containerWithoutLabels = containerPolicy(
  "container-without-labels",
  (inputs, { labels }) => {
    const missing = missingLabels(inputs, labels).map(({ label, value }) => `${label}=${value}`);
    return missing.length > 0 ? `lacks the label ${missing.join(", ")}` : undefined;
  },
  (inputs, { labels }) => {
    const missing = missingLabels(inputs, labels);
    const kept = presentLabels(inputs).filter(({ label }) => missing.every((added) => added.label !== label));
    return { labels: [...kept, ...missing] };
  },
);

function presentLabels({ labels }: ContainerInputs): readonly { readonly label: string; readonly value: string }[] {
  return [...(labels ?? [])].map(({ label, value }) => ({ label, value }));
}

function missingLabels(inputs: ContainerInputs, wanted: Readonly<Record<string, string>>) {
  const present = new Map(presentLabels(inputs).map(({ label, value }) => [label, value]));
  return Object.entries(wanted)
    .filter(([label, value]) => present.get(label) !== value)
    .map(([label, value]) => ({ label, value }));
}

/** Docker refuses uploads into a container with a read-only root. */
export const containerNotHardened = containerPolicy(
  "container-not-hardened",
  (inputs) => {
    const faults = [
      inputs.privileged === true ? "is privileged" : undefined,
      readsOnly(inputs) ? undefined : "has a writable root",
      dropsAll(inputs) ? undefined : "keeps Docker's default capabilities",
      deniesPrivileges(inputs) ? undefined : "may gain new privileges",
    ].filter((fault) => fault !== undefined);
    return faults.length > 0 ? faults.join(", ") : undefined;
  },
  (inputs) => ({
    ...(inputs.privileged === true ? { privileged: false } : {}),
    ...(readsOnly(inputs) ? {} : { readOnly: true }),
    ...(dropsAll(inputs) ? {} : { capabilities: { ...inputs.capabilities, drops: ["ALL"] } }),
    ...(deniesPrivileges(inputs) ? {} : { securityOpts: [...(inputs.securityOpts ?? []), "no-new-privileges"] }),
  }),
);

function readsOnly({ readOnly, uploads }: ContainerInputs): boolean {
  return readOnly === true || (uploads ?? []).length > 0;
}

function dropsAll({ capabilities }: ContainerInputs): boolean {
  return [...(capabilities?.drops ?? [])].some((drop) => drop.toUpperCase() === "ALL");
}

function deniesPrivileges({ securityOpts }: ContainerInputs): boolean {
  return [...(securityOpts ?? [])].some((option) => /^no-new-privileges([:=]true)?$/.test(option));
}

/** Docker takes 0 and an absent memorySwap alike for "as much again", and -1 for "no limit". */
export const containerSwaps = containerPolicy(
  "container-swaps",
  ({ memory = 0, memorySwap = 0 }) =>
    memory > 0 && memorySwap <= 0
      ? `is limited to ${memory} MiB of memory, with as much swap ${memorySwap < 0 ? "as there is" : "again"}`
      : undefined,
  ({ memory }) => ({ memorySwap: memory }),
);
