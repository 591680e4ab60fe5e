import { expect } from "chai";
import { mayServe } from "../../components/docker/deployment";

describe("an instance that runs before an update", () => {
  it("serves when its generation is the one that stands, however often it was started anew", () => {
    expect(mayServe({ running: true, restarts: 7 }, true)).to.equal(true);
    expect(mayServe({ running: false, restarts: 0 }, true)).to.equal(false);
    expect(mayServe(undefined, true)).to.equal(false);
  });

  it("does not serve when its generation has never come up, though it runs between two crashes", () => {
    expect(mayServe({ running: true, restarts: 4 }, false)).to.equal(false);
    expect(mayServe({ running: true, restarts: 0 }, false)).to.equal(false);
  });

  it("is taken for one that serves by its restarts, where nobody knows what stands", () => {
    expect(mayServe({ running: true, restarts: 0 }, undefined)).to.equal(true);
    expect(mayServe({ running: true, restarts: 1 }, undefined)).to.equal(false);
  });
});
