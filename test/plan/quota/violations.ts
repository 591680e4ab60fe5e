import { expect } from "chai";
import { checkQuota } from "../../../plan/quota";
import { contextOf, type Draft, stackOf } from "./stacks";

export interface Case extends Draft {
  readonly what: string;
  /** `path: message` and the hint of each violation. */
  readonly violations: readonly (readonly [string, string])[];
}

/** A test for each of them. */
export function describeViolations(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    for (const each of cases) {
      it(each.what, () => {
        const { violations } = checkQuota(stackOf(each), contextOf(each));
        expect(violations.map(({ path, message, hint }) => [`${path}: ${message}`, hint])).to.deep.equal(
          each.violations,
        );
        for (const { code, file, line, rule } of violations) {
          expect({ code, file, line }).to.deep.equal({ code: "OutOfQuota", file: "stack.yaml", line: 1 });
          expect(rule).to.be.oneOf(["quota", "target"]);
        }
      });
    }
  });
}
