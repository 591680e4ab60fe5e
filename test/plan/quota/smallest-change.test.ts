import { expect } from "chai";
import fc from "fast-check";
import { VM_SIZES, type VmSize } from "../../../input/azure/tables/vm-sizes";
import { checkQuota } from "../../../plan/quota";
import { runs, SEED } from "../../support/effort";
import { contextOf, type Draft, stackOf, type Wanted } from "./stacks";

/** A family of eight sizes, one of five, and an exempt one of three. */
const FAMILIES = ["standardDASv4Family", "standardDSv2Family", "standardNCADSA100v4Family"];
const SIZES = VM_SIZES.filter(({ family }) => FAMILIES.includes(family));

interface Broken extends Draft {
  readonly files: readonly Wanted[];
}

const limit = fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined });

/** Small stacks with limits that often do not hold them. */
const stacks = fc
  .record({
    files: fc.array(fc.record({ count: fc.integer({ min: 1, max: 7 }), type: fc.constantFrom(...SIZES) }), {
      minLength: 1,
      maxLength: 4,
    }),
    deployed: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 4, maxLength: 4 }),
    changed: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    total: limit,
    family: limit,
    cores: limit,
    surge: fc.constantFrom("shown", "enforced"),
  })
  .map(
    ({ files, deployed, changed, total, family, cores, surge }): Broken => ({
      files: files.map(
        ({ count, type }, index): Wanted => ({
          endpoint: "shop",
          deployment: `d${index}`,
          count,
          type: type.name,
          options: { gen: changed[index] === true ? "b" : "a" },
        }),
      ),
      deployed: files.flatMap(({ type }, index): Wanted[] =>
        (deployed[index] ?? 0) === 0
          ? []
          : [{ endpoint: "shop", deployment: `d${index}`, count: deployed[index]!, type: type.name, options: {} }],
      ),
      config: {
        quota: { surge, total, families: family === undefined ? {} : { standardDSv2Family: family } },
        docker: { sizing: cores === undefined ? "shares" : "limits", capacity: { cores } },
      },
    }),
  );

function broken(draft: Draft): Map<string, string> {
  const { violations } = checkQuota(stackOf(draft), contextOf(draft));
  return new Map(violations.map(({ path, hint }) => [path, hint]));
}

interface Proposal {
  readonly deployment: string;
  readonly field: string;
  readonly to: string;
}

/** What a hint says, as people would do it. */
function proposals(hint: string): { readonly change?: Proposal; readonly raise?: Readonly<Record<string, number>> } {
  const [, field, deployment, to] = /^set (\w+) of shop\/(\w+) to (\w+) \(now \w+\)/.exec(hint) ?? [];
  const [, key, figure] = /raise mlendpoints:quota\.(\S+) to (\d+)$/.exec(hint) ?? [];
  return {
    change: field === undefined ? undefined : { deployment: deployment!, field, to: to! },
    raise: key === undefined ? undefined : { [key]: Number(figure) },
  };
}

function withChange(draft: Broken, { deployment, field, to }: Proposal): Broken {
  return {
    ...draft,
    files: draft.files.map((each) =>
      each.deployment !== deployment
        ? each
        : field === "instance_count"
          ? { ...each, count: Number(to) }
          : { ...each, type: to, options: { gen: "c" } },
    ),
  };
}

function withLimit(draft: Broken, key: string, figure: number): Broken {
  const quota = draft.config?.["quota"] as { families: Record<string, number> };
  const changed =
    key === "total" ? { ...quota, total: figure } : { ...quota, families: { [key.split(".")[1]!]: figure } };
  return { ...draft, config: { ...draft.config, quota: changed } };
}

/** Fewer instances and smaller sizes of each deployment: all there are, with the cores that each gives up. */
function everyChange({ files }: Broken, field: string): (Proposal & { readonly cost: number })[] {
  const sizeOf = (type: string): VmSize => SIZES.find(({ name }) => name === type)!;
  return files.flatMap(({ deployment, count, type }) =>
    field === "instance_count"
      ? Array.from({ length: count - 1 }, (_, index) => ({
          deployment,
          field,
          to: String(index + 1),
          cost: (count - index - 1) * sizeOf(type).cores,
        }))
      : SIZES.filter(({ family, cores }) => family === sizeOf(type).family && cores < sizeOf(type).cores).map(
          (size) => ({
            deployment,
            field,
            to: size.name,
            cost: count * (sizeOf(type).cores - size.cores),
          }),
        ),
  );
}

/** The changes after which the account fits, and which break nothing else. */
function solutions(draft: Broken, path: string, field: string) {
  const before = broken(draft);
  return everyChange(draft, field).filter((change) => {
    const after = broken(withChange(draft, change));
    return !after.has(path) && [...after.keys()].every((other) => before.has(other));
  });
}

describe("the smallest change that fits", () => {
  it("fits; a smaller one does not, of any deployment", () => {
    let proposed = 0;
    fc.assert(
      fc.property(stacks, (draft) => {
        for (const [path, hint] of broken(draft)) {
          const { change } = proposals(hint);
          const counts = solutions(draft, path, "instance_count");
          const all = counts.length > 0 ? counts : solutions(draft, path, "instance_type");
          if (change === undefined) {
            expect(all, hint).to.deep.equal([]);
          } else {
            proposed += 1;
            const mine = all.find((each) => each.deployment === change.deployment && each.to === change.to);
            expect(mine, `${hint} solves ${path}`).to.not.equal(undefined);
            expect(mine!.cost).to.equal(Math.min(...all.map(({ cost }) => cost)));
          }
        }
      }),
      { numRuns: runs(100), seed: SEED },
    );
    expect(proposed).to.be.greaterThan(0);
  });

  it("is the lowest limit, when a limit is raised instead", () => {
    let raised = 0;
    fc.assert(
      fc.property(stacks, (draft) => {
        for (const [path, hint] of broken(draft)) {
          for (const [key, figure] of Object.entries(proposals(hint).raise ?? {})) {
            raised += 1;
            expect(broken(withLimit(draft, key, figure)).has(path), hint).to.equal(false);
            expect(broken(withLimit(draft, key, figure - 1)).has(path), hint).to.equal(true);
          }
        }
      }),
      { numRuns: runs(100), seed: SEED },
    );
    expect(raised).to.be.greaterThan(0);
  });

  it("does not depend on the order of deployments", () => {
    fc.assert(
      fc.property(stacks, (draft) => {
        expect(broken({ ...draft, files: [...draft.files].reverse() })).to.deep.equal(broken(draft));
      }),
    );
  });
});
