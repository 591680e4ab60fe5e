import { expect } from "chai";
import { applyMap, resolveBaseImage } from "../../plan/images";

describe("the base image of an environment", () => {
  it("is the plain Python image where the file names one of Azure's or none, and says so", () => {
    expect(resolveBaseImage("registry.example/azureml/openmpi:latest", "3.12", {}, {})).to.deep.equal({
      name: "python:3.12-slim",
      insteadOf: "registry.example/azureml/openmpi:latest",
    });
    expect(resolveBaseImage(undefined, "3.11", {}, {})).to.deep.equal({
      name: "python:3.11-slim",
      insteadOf: undefined,
    });
  });

  it("is the image of the file when it is somebody's own", () => {
    expect(resolveBaseImage("team/python:1", "3.12", {}, {}).name).to.equal("team/python:1");
  });

  it("is what the stack maps the name to, the longest match first", () => {
    const map = { "a/azureml/*": "short:{python}", "a/azureml/minimal*": "long:{python}", "a/azureml/x:1": "exact" };
    expect(resolveBaseImage("a/azureml/minimal:2", "3.12", map, {})).to.deep.equal({ name: "long:3.12" });
    expect(resolveBaseImage("a/azureml/other", "3.12", map, {})).to.deep.equal({ name: "short:3.12" });
    expect(resolveBaseImage("a/azureml/x:1", "3.12", map, {})).to.deep.equal({ name: "exact" });
  });

  it("is the local copy where this machine has one", () => {
    const local = { "python:3.12-slim": "mlendpoints/base:abc" };
    expect(resolveBaseImage("a/azureml/x", "3.12", {}, local).name).to.equal("mlendpoints/base:abc");
    expect(resolveBaseImage("a/azureml/x", "3.12", { "a/azureml/*": "python:{python}-slim" }, local).name).to.equal(
      "mlendpoints/base:abc",
    );
    expect(applyMap("envoy:1", "3.12", local)).to.equal("envoy:1");
  });
});
