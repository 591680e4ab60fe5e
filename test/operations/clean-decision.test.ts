import { expect } from "chai";
import { thingsOfStack, unusedCaches } from "../../operations/clean-decision";
import { configVolumeName, deploymentImageName, networkName, runVolumeName } from "../../plan/docker/names";
import { container, hostWith, OWNER, STACK } from "./things";

const names = (stack: string, host = hostWith()) =>
  thingsOfStack(stack, host).map(({ kind, name }) => `${kind} ${name}`);

describe("what `make clean` deletes", () => {
  it("is all that carries the stack's label, containers first", () => {
    expect(names(STACK)).to.deep.equal([
      "container mlendpoints-dev-router",
      "container mlendpoints.dev.shop.blue.1a2b3c4d.1",
      "container mlendpoints.dev.shop.blue.1a2b3c4d.gate",
      "container mlendpoints-dev-router-apply",
      "network mlendpoints-dev",
      "volume mlendpoints-dev-router-config",
      "image mlendpoints/dev/shop/blue:1a2b3c4d",
    ]);
  });

  it("is nothing of a stack whose name only begins alike", () => {
    const host = hostWith({
      containers: [container("mlendpoints-dev-eu-router", "eu", "router", { stack: "dev-eu" })],
      networks: [{ id: "eu", name: networkName("dev-eu"), stack: undefined }],
      volumes: [
        { name: configVolumeName("dev-eu"), stack: "dev-eu" },
        { name: "mlendpoints-dev-router-config-old", stack: undefined },
      ],
      images: [{ id: "eu", tags: [deploymentImageName("dev-eu", OWNER), "mlendpoints/development/a/b:1"] }],
    });
    expect(names(STACK, host)).to.deep.equal(names(STACK));
    expect(names("dev-eu", host)).to.deep.equal([
      "container mlendpoints-dev-eu-router",
      "network mlendpoints-dev-eu",
      "volume mlendpoints-dev-eu-router-config",
      "image mlendpoints/dev-eu/shop/blue:1a2b3c4d",
    ]);
  });

  it("is networks and volumes of before they had labels, by their exact names", () => {
    const host = {
      containers: [],
      networks: [{ id: "old", name: networkName(STACK), stack: undefined }],
      volumes: [configVolumeName(STACK), runVolumeName(STACK)].map((name) => ({ name, stack: undefined })),
      images: [],
    };
    expect(names(STACK, host)).to.deep.equal([
      "network mlendpoints-dev",
      "volume mlendpoints-dev-router-config",
      "volume mlendpoints-dev-router-run",
    ]);
    const claimed = { ...host, networks: [{ id: "old", name: networkName(STACK), stack: "other" }] };
    expect(names(STACK, claimed)).to.not.include("network mlendpoints-dev");
  });

  it("is shared images that no container is built upon, and no others", () => {
    const images = [
      { tags: ["mlendpoints/environment:used"], layers: ["base", "venv-1"] },
      { tags: ["mlendpoints/environment:free"], layers: ["base", "venv-2"] },
      { tags: ["mlendpoints/router:free"], layers: ["envoy", "programs"] },
      { tags: ["mlendpoints/router/shop/blue:1"], layers: ["of a stack that is called router"] },
      { tags: ["somebody/environment:1"], layers: ["else"] },
    ];
    const used = [["base", "venv-1", "model", "code"]];
    expect(unusedCaches(images, used).map(({ name }) => name)).to.deep.equal([
      "mlendpoints/environment:free",
      "mlendpoints/router:free",
    ]);
  });
});
