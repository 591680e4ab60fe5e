import { expect } from "chai";
import fc from "fast-check";
import {
  applyName,
  configVolumeName,
  deploymentImageName,
  gateName,
  type InstanceOwner,
  instanceHost,
  instanceName,
  labelsOf,
  networkName,
  routerName,
  runVolumeName,
} from "../../../plan/docker/names";

/** Names as Azure allows them, with a liking for dashes and for parts that are names themselves. */
const word = fc.constantFrom("a", "b", "eu", "shop", "blue", "x1", "gate", "router", "apply");
const azureName = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join("-"));
const stackName = fc
  .array(fc.tuple(fc.oneof(word, fc.constantFrom("A", "EU", "1")), fc.constantFrom(".", "-", "_", "..")), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.flat().slice(0, -1).join(""));
const generation = fc.constantFrom("1a2b3c4d", "99999999", "00000001");
const owner = fc.record({ endpoint: azureName, deployment: azureName, generation });
const instance = fc.integer({ min: 1, max: 3 });
const thing = fc.record({ stack: stackName, owner, instance });

interface Thing {
  readonly stack: string;
  readonly owner: InstanceOwner;
  readonly instance: number;
}

/** Every container name of a stack, with what it is the name of. */
function containers({ stack, owner: own, instance: number }: Thing): [string, unknown][] {
  return [
    [instanceName(stack, own, number), ["instance", stack, own, number]],
    [gateName(stack, own), ["gate", stack, own]],
    [routerName(stack), ["router", stack]],
    [applyName(stack), ["apply", stack]],
  ];
}

function volumes({ stack }: Thing): [string, unknown][] {
  return [
    [configVolumeName(stack), ["config", stack]],
    [runVolumeName(stack), ["run", stack]],
  ];
}

/** Equal names are names of the same. */
function unambiguous(names: readonly (readonly [string, unknown])[]): void {
  const owners = new Map<string, unknown>();
  for (const [name, of] of names) {
    expect(owners.get(name) ?? of, name).to.deep.equal(of);
    owners.set(name, of);
  }
}

const LONGEST: Thing = {
  stack: "s".repeat(100),
  owner: { endpoint: "e".repeat(32), deployment: "d".repeat(32), generation: "1a2b3c4d" },
  instance: 50,
};

describe("names on a Docker host", () => {
  it("are not shared by two different things, of whatever stack", () => {
    fc.assert(
      fc.property(thing, thing, (one, other) => {
        unambiguous([...containers(one), ...containers(other)]);
        unambiguous([...volumes(one), ...volumes(other)]);
        unambiguous([
          [networkName(one.stack), one.stack],
          [networkName(other.stack), other.stack],
        ]);
        unambiguous(
          [one, other].map(({ stack, owner: own }): [string, unknown] => [
            deploymentImageName(stack, own),
            [stack, own],
          ]),
        );
        unambiguous(
          [one, other].map(({ owner: own, instance: number }): [string, unknown] => [
            instanceHost(own, number),
            [own, number],
          ]),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it("are what the engine takes, however long the parts are", () => {
    fc.assert(
      fc.property(fc.oneof(thing, fc.constant(LONGEST)), (each) => {
        for (const [name] of [...containers(each), ...volumes(each)]) {
          expect(name).to.match(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/);
        }
        const part = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
        expect(deploymentImageName(each.stack, each.owner)).to.match(new RegExp(`^(${part}/)+${part}:[\\w.-]{1,128}$`));
        expect(deploymentImageName(each.stack, each.owner).split(":")[0]!.length).to.be.at.most(255);
      }),
    );
  });

  it("are host names: 63 characters a label, 253 in all", () => {
    const host = instanceHost(LONGEST.owner, LONGEST.instance);
    expect(host.length).to.be.at.most(253);
    for (const label of host.split(".")) {
      expect(label).to.match(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
    }
  });

  it("of instances end in a domain that nobody can own", () => {
    expect(instanceHost(LONGEST.owner, 1)).to.match(/\.invalid$/);
  });

  it("of stacks that differ in upper case are different images", () => {
    const own = { endpoint: "shop", deployment: "blue", generation: "1a2b3c4d" };
    const images = ["tryA", "trya", "try-a", "try_a"].map((stack) => deploymentImageName(stack, own));
    expect(new Set(images).size).to.equal(4);
  });
});

describe("labels", () => {
  it("tell the stack, the role and Azure's cost tags", () => {
    expect(labelsOf("dev", "instance", { endpoint: "shop", deployment: "blue" })).to.deep.equal({
      "mlendpoints.stack": "dev",
      "mlendpoints.role": "instance",
      azuremlendpoint: "shop",
      azuremldeployment: "blue",
    });
    expect(labelsOf("dev", "network")).to.deep.equal({ "mlendpoints.stack": "dev", "mlendpoints.role": "network" });
  });
});
