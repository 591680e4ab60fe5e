import { expect } from "chai";
import { selectSteps } from "../../engine/ensure";
import { reachable, registryOf } from "../../engine/reachable";
import type { Step } from "../../engine/step";

describe("engine: steps", () => {
  const step = (name: string, needs: readonly string[]): Step => ({
    name,
    why: "",
    needs,
    check: async () => undefined,
    make: async () => ({ detail: "", source: "" }),
  });
  const table = [step("a", []), step("b", ["a"]), step("c", ["b"]), step("d", [])];
  const names = (...wanted: string[]) => selectSteps(table, wanted).map(({ name }) => name);

  it("runs all when none is named", () => expect(names()).to.deep.equal(["a", "b", "c", "d"]));

  it("runs what a step needs before it, in table order", () =>
    expect(names("d", "c")).to.deep.equal(["a", "b", "c", "d"]));

  it("runs nothing else", () => expect(names("b")).to.deep.equal(["a", "b"]));

  it("names the steps there are when one is misspelt", () => {
    expect(() => names("e"))
      .to.throw('there is no step "e"')
      .with.property("hint", "choose from: a, b, c, d");
  });
});

describe("engine: what can be reached", () => {
  it("asks once for each place", async () => {
    const asked: string[] = [];
    const ask = async (place: string) => {
      asked.push(place);
      return place === "test:yes";
    };
    expect(await Promise.all([reachable("test:yes", ask), reachable("test:no", ask)])).to.deep.equal([true, false]);
    expect(await reachable("test:yes", ask)).to.equal(true);
    expect(asked).to.deep.equal(["test:yes", "test:no"]);
  });

  it("finds the registry in an image name", () => {
    expect(registryOf("python:3.12-slim")).to.equal("docker.io");
    expect(registryOf("envoyproxy/envoy:v1.40.0")).to.equal("docker.io");
    expect(registryOf("mcr.microsoft.com/azureml/x")).to.equal("mcr.microsoft.com");
    expect(registryOf("localhost:5000/x")).to.equal("localhost:5000");
  });
});
