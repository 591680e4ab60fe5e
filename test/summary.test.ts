import { expect } from "chai";
import { closing, EMPTY, sum } from "./summary";

describe("the last lines of a run", () => {
  it("end with the counts, and with nothing else that looks like them", () => {
    expect(closing({ ...EMPTY, passed: 3, failed: 1 }, [], ["unit 2.0 s", "docker 1.0 s"])).to.equal(
      "unit 2.0 s · docker 1.0 s\n3 passed, 1 failed, 0 skipped",
    );
  });

  it("say why tests were skipped, and name those that do not", () => {
    const total = { ...EMPTY, skipped: 3, skippedTitles: ["a suite one", "a suite two", "another"] };
    expect(closing(total, [{ title: "a suite", why: "there is no Docker engine" }], [])).to.include(
      "skipped:\n  2 × there is no Docker engine\n  1 × without a reason: another\n",
    );
  });

  it("name the slowest files, of all phases", () => {
    const slow = (name: string, seconds: number) => ({ ...EMPTY, seconds: { [name]: seconds } });
    const total = [slow("b", 2), slow("a", 12.34), slow("c", 0.2)].reduce(sum);
    expect(closing(total, [], [])).to.include("slowest files:\n    12.3 s  a\n     2.0 s  b\n");
  });
});
