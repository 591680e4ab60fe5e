import { expect } from "chai";
import type { SpecError } from "../../../input/documents/errors";
import type { HostCapacity } from "../../../plan/plan-context";
import { examine } from "../change";

/** What is said of the host's capacity. */
function said(docker: object, capacity?: HostCapacity): SpecError[] {
  return examine({}, { docker }, { capacity }).warnings.filter(({ code }) => code === "HostCapacityUnknown");
}

describe("hard limits", () => {
  it("that nobody can hold against the host are a warning that says what to write", () => {
    const [warning, ...more] = said({ sizing: "limits" });
    expect(more).to.deep.equal([]);
    expect(warning).to.include({ path: "docker.sizing", value: "limits", rule: "target" });
    expect(warning?.hint).to.include("mlendpoints:docker.capacity.cores and mlendpoints:docker.capacity.memoryGib");
    expect(said({ sizing: "limits", capacity: { cores: 8 } })[0]?.message).to.match(/its memoryGib are not known/);
  });

  it("are checked in silence when the engine answers, or the config says it; shares need no host", () => {
    expect(said({ sizing: "limits" }, { cores: 64, memoryGib: 256 })).to.deep.equal([]);
    expect(said({ sizing: "limits", capacity: { cores: 64, memoryGib: 256 } })).to.deep.equal([]);
    expect(said({ sizing: "shares" })).to.deep.equal([]);
  });
});
