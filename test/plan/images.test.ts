import { expect } from "chai";
import { applyMap, resolveBaseImage } from "../../plan/images";

describe("the base image of an environment", () => {
  it("is the plain Python image where the file names one of Azure's or none, and says so", () => {
    expect(resolveBaseImage("mcr.microsoft.com/azureml/openmpi:latest", "3.12", {}, {})).to.deep.equal({
      name: "python:3.12-slim",
      insteadOf: "mcr.microsoft.com/azureml/openmpi:latest",
    });
    expect(resolveBaseImage(undefined, "3.11", {}, {})).to.deep.equal({
      name: "python:3.11-slim",
      insteadOf: undefined,
    });
  });

  it("is the image of the file when it is somebody's own, whatever words its name has", () => {
    for (const own of ["team/python:1", "registry.example/azureml/openmpi:1", "azureml/base", "team/azureml/x:2"]) {
      expect(resolveBaseImage(own, "3.12", {}, {})).to.deep.equal({ name: own, insteadOf: undefined });
    }
  });

  it("may be called like a property that every object has", () => {
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
      expect(resolveBaseImage(name, "3.12", {}, {}).name).to.equal(name);
      expect(applyMap(name, "3.12", { [name]: "mapped:1" })).to.equal("mapped:1");
    }
  });

  it("is what the stack maps the name to, the longest match first", () => {
    const map = { "a/azureml/*": "short:{python}", "a/azureml/minimal*": "long:{python}", "a/azureml/x:1": "exact" };
    expect(resolveBaseImage("a/azureml/minimal:2", "3.12", map, {})).to.deep.equal({ name: "long:3.12" });
    expect(resolveBaseImage("a/azureml/other", "3.12", map, {})).to.deep.equal({ name: "short:3.12" });
    expect(resolveBaseImage("a/azureml/x:1", "3.12", map, {})).to.deep.equal({ name: "exact" });
  });

  it("is the local copy where this machine has one", () => {
    const local = { "python:3.12-slim": "mlendpoints/base:abc" };
    expect(resolveBaseImage("mcr.microsoft.com/azureml/x", "3.12", {}, local).name).to.equal("mlendpoints/base:abc");
    expect(resolveBaseImage("a/azureml/x", "3.12", { "a/azureml/*": "python:{python}-slim" }, local).name).to.equal(
      "mlendpoints/base:abc",
    );
    expect(applyMap("envoy:1", "3.12", local)).to.equal("envoy:1");
  });
});
