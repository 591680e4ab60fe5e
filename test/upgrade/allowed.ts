/** A change that an upgrade may make to a stack that stands, and whose files are what they were. */
export interface Allowed {
  readonly ops: readonly ("create" | "update" | "replace" | "delete")[];
  /** Resources that it may happen to, by URN. */
  readonly urn: RegExp;
  /** Why it must be, for the people whose containers are meant. */
  readonly why: string;
}

/**
 * Everything that today's program changes in a stack of the fixture's commit. Each entry must happen, and nothing else may:
 * whoever changes what a component registers says here what that means for the stacks that stand.
 */
export const ALLOWED: readonly Allowed[] = [
  {
    ops: ["create", "delete"],
    urn: /OnlineDeployment\$docker:index\/container:Container::.*[-.]\d+$/,
    why:
      "a liveness probe is honoured now, by a program around the inference server: instances are of a new generation, " +
      "which starts beside the old one, and the old one goes when the router has drained it",
  },
  {
    ops: ["create", "delete"],
    urn: /OnlineDeployment\$docker:index\/container:Container::.*[-.]gate$/,
    why: "each new generation has a readiness gate of its own",
  },
  {
    ops: ["create", "delete"],
    urn: /docker:index\/remoteImage:RemoteImage::.*(environment[-.][0-9a-f]+|[-.]image)$/,
    why: "the image of a new generation, and the environment that has that program",
  },
  {
    ops: ["update"],
    urn: /OnlineEndpoint\$mlendpoints:index:OnlineDeployment::/,
    why: "policies see the new generation",
  },
  {
    ops: ["replace"],
    urn: /DockerHost\$docker:index\/remoteImage:RemoteImage::.*router-image$/,
    why: "the router takes one fragment for each endpoint now, and its image has other programs and another manifest",
  },
  {
    ops: ["replace"],
    urn: /docker:index\/container:Container::(?:.*[-.])?router$/,
    why: "the router is of that new image; it boots with the routes on its volume, and no endpoint answers for the seconds between",
  },
  {
    ops: ["replace"],
    urn: /docker:index\/container:Container::.*router[-.]apply$/,
    why: "it runs once for each change of routes, and the new generations are one",
  },
];

/** The entry for a change; undefined when it is not allowed. */
export function allowedBy(op: string, urn: string): Allowed | undefined {
  return ALLOWED.find((each) => (each.ops as readonly string[]).includes(op) && each.urn.test(urn));
}
