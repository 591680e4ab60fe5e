import { expect } from "chai";
import { decideHealing } from "../../operations/heal-decision";
import { CONTAINER, IMAGE, NETWORK, VOLUME } from "../../operations/stack-state";
import {
  applyName,
  deploymentImageName,
  gateName,
  instanceName,
  networkName,
  routerName,
  runVolumeName,
} from "../../plan/docker/names";
import { container, creating, hostWith, OWNER, resource, STACK, stateWith } from "./things";

const NEW = { ...OWNER, generation: "99999999" };

describe("what is to be done about an interrupted update", () => {
  it("is nothing where state and host agree", () => {
    expect(decideHealing(STACK, stateWith(), hostWith())).to.deep.equal({ actions: [], stale: false });
  });

  it("is nothing of other stacks", () => {
    const others = hostWith({
      containers: [container("mlendpoints.dev-eu.shop.blue.1a2b3c4d.1", "other", "instance", { stack: "dev-eu" })],
      networks: [{ id: "other", name: networkName("dev-eu"), stack: "dev-eu" }],
      volumes: [{ name: runVolumeName("dev-eu"), stack: "dev-eu" }],
      images: [{ id: "other", tags: [deploymentImageName("dev-eu", OWNER)] }],
    });
    expect(decideHealing(STACK, stateWith(), others)).to.deep.equal({ actions: [], stale: false });
  });

  it("is to look at the host when something of the state is not there", () => {
    expect(decideHealing(STACK, stateWith(), hostWith({}, ["router-id"]))).to.deep.equal({ actions: [], stale: true });
  });

  it("forgets what was being made and is not there", () => {
    const pending = [creating(CONTAINER, gateName(STACK, NEW)), creating(IMAGE, deploymentImageName(STACK, NEW))];
    expect(decideHealing(STACK, stateWith(pending), hostWith())).to.deep.equal({
      actions: pending.map((operation) => ({ kind: "forget", operation })),
      stale: true,
    });
  });

  it("forgets what was being changed or deleted: the host tells how that ended", () => {
    const operation = { resource: resource(CONTAINER, routerName(STACK), "router-id"), type: "deleting" };
    expect(decideHealing(STACK, stateWith([operation]), hostWith()).actions).to.deep.equal([
      { kind: "forget", operation },
    ]);
  });

  it("deletes containers that were made and not recorded: gates, applies, instances that do not serve", () => {
    const strays = [
      container(gateName(STACK, NEW), "stray-gate", "gate"),
      container(`${applyName(STACK)}`, "stray-apply", "apply"),
      container(instanceName(STACK, NEW, 1), "stray-new", "instance"),
      container(instanceName(STACK, OWNER, 2), "stray-second", "instance"),
    ];
    const { actions } = decideHealing(STACK, stateWith(), hostWith({ containers: strays }));
    expect(actions).to.deep.equal(
      strays.map(({ id, name }) => ({ kind: "remove", thing: { kind: "container", id, name } })),
    );
  });

  it("leaves an instance that may be serving, although the state has lost it", () => {
    const { actions } = decideHealing(STACK, stateWith([], ["instance-id"]), hostWith());
    expect(actions).to.deep.equal([{ kind: "leave", container: instanceName(STACK, OWNER, 1) }]);
  });

  it("takes over networks and volumes that were made, and deletes containers that may be half made", () => {
    const pending = [
      creating(NETWORK, "mlendpoints-dev-2"),
      creating(VOLUME, runVolumeName(STACK)),
      creating(CONTAINER, routerName(STACK)),
    ];
    const host = hostWith({
      networks: [{ id: "second", name: "mlendpoints-dev-2", stack: STACK }],
      volumes: [{ name: runVolumeName(STACK), stack: STACK }],
    });
    expect(decideHealing(STACK, stateWith(pending, ["router-id"]), host).actions).to.deep.equal([
      { kind: "adopt", operation: pending[0], id: "second" },
      { kind: "adopt", operation: pending[1], id: runVolumeName(STACK) },
      { kind: "forget", operation: pending[2] },
      { kind: "remove", thing: { kind: "container", id: "router-id", name: routerName(STACK) } },
    ]);
  });

  it("takes nothing over whose parent the state does not have, or that carries another stack's label", () => {
    const orphan = creating(NETWORK, "mlendpoints-dev-2");
    const pending = [
      { ...orphan, resource: { ...orphan.resource, parent: "urn:gone" } },
      creating(VOLUME, runVolumeName(STACK)),
    ];
    const host = hostWith({
      networks: [{ id: "second", name: "mlendpoints-dev-2", stack: STACK }],
      volumes: [{ name: runVolumeName(STACK), stack: undefined }],
    });
    expect(decideHealing(STACK, stateWith(pending), host).actions).to.deep.equal([
      { kind: "forget", operation: pending[0] },
      { kind: "forget", operation: pending[1] },
      { kind: "remove", thing: { kind: "network", id: "second", name: "mlendpoints-dev-2" } },
    ]);
  });

  it("deletes networks, volumes and images that nothing uses and the state does not know", () => {
    const host = hostWith({
      networks: [{ id: "second", name: "mlendpoints-dev-2", stack: STACK }],
      volumes: [{ name: "used", stack: STACK }],
      images: [
        { id: "sha256:new", tags: [deploymentImageName(STACK, NEW)] },
        { id: "sha256:environment", tags: ["mlendpoints/environment:1"] },
      ],
      containers: [container("by-hand", "by-hand", "none", { stack: undefined, volumes: ["used"] })],
    });
    expect(decideHealing(STACK, stateWith(), host).actions).to.deep.equal([
      { kind: "remove", thing: { kind: "network", id: "second", name: "mlendpoints-dev-2" } },
      {
        kind: "remove",
        thing: { kind: "image", id: deploymentImageName(STACK, NEW), name: deploymentImageName(STACK, NEW) },
      },
    ]);
  });

  it("touches nothing where another state's router runs under the stack's name", () => {
    const pending = [creating(CONTAINER, gateName(STACK, NEW))];
    const state = stateWith(pending, ["router-id", "instance-id", "gate-id", "apply-id"]);
    expect(decideHealing(STACK, state, hostWith()).actions).to.deep.equal([
      { kind: "forget", operation: pending[0] },
      { kind: "foreign", container: routerName(STACK) },
    ]);
  });

  it("decides nothing about Docker's things when the engine cannot be asked", () => {
    const pending = [
      creating(CONTAINER, gateName(STACK, NEW)),
      creating("random:index/randomPassword:RandomPassword", "key"),
    ];
    expect(decideHealing(STACK, stateWith(pending), undefined)).to.deep.equal({
      actions: [{ kind: "forget", operation: pending[1] }],
      stale: true,
    });
  });
});
