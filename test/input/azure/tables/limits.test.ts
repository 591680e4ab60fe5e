import { expect } from "chai";
import fc from "fast-check";
import { LIMIT_TABLE, type LimitKey, limit, limits, limitsWith } from "../../../../input/azure/tables/limits";

/** What how-to-manage-quotas and the other pages say, written down a second time. */
const PUBLISHED: Readonly<Record<LimitKey, number>> = {
  endpointsPerSubscription: 100,
  deploymentsPerSubscription: 500,
  deploymentsPerEndpoint: 20,
  instancesPerDeployment: 50,
  endpointsPerCluster: 60,
  deploymentsPerCluster: 100,
  computeObjectsPerRegion: 500,
  nameLengthMin: 3,
  nameLengthMax: 32,
  joinedNameLengthMinKubernetes: 6,
  joinedNameLengthMaxKubernetes: 62,
  requestTimeoutMsManaged: 180_000,
  requestTimeoutMsPromptFlow: 300_000,
  requestTimeoutMsKubernetes: 300_000,
  requestsPerSecondPerEndpoint: 500,
  newConnectionsPerSecondPerEndpoint: 500,
  activeConnectionsPerEndpoint: 500,
  bandwidthMegabytesPerSecondPerEndpoint: 5,
  pendingRequestsPerConcurrentRequest: 2,
  mirrorPercentMax: 50,
  mirrorTargetsPerEndpoint: 1,
  collectorsPerScript: 5,
  autoscaleProfilesPerSetting: 20,
  autoscaleRulesPerProfile: 10,
  autoscaleFixedDateDaysMax: 365,
};

const RAISABLE: readonly LimitKey[] = [
  "endpointsPerSubscription",
  "deploymentsPerSubscription",
  "deploymentsPerEndpoint",
  "instancesPerDeployment",
  "computeObjectsPerRegion",
  "requestsPerSecondPerEndpoint",
  "newConnectionsPerSecondPerEndpoint",
  "activeConnectionsPerEndpoint",
  "bandwidthMegabytesPerSecondPerEndpoint",
];

describe("limits", () => {
  it("are Azure's figures", () => {
    expect(limits).to.deep.equal(PUBLISHED);
  });

  it("can be raised where Azure raises them, and nowhere else", () => {
    expect(LIMIT_TABLE.filter(({ raisable }) => raisable).map(({ key }) => key)).to.have.members(RAISABLE);
  });

  it("are numbers by name and rows by key", () => {
    const figure: number = limits.deploymentsPerEndpoint;
    expect(figure).to.equal(20);
    expect(limit("requestTimeoutMsKubernetes")).to.include({ value: 300_000, unit: "milliseconds", raisable: false });
    expect(limit("requestTimeoutMsKubernetes").appliesTo).to.deep.equal(["kubernetes"]);
  });

  for (const row of LIMIT_TABLE) {
    it(`${row.key} says what it is and where it comes from`, () => {
      expect(row.value).to.be.greaterThan(0);
      expect(row.unit).to.match(/^[a-z]/);
      expect(row.description).to.match(/^[a-z0-9].*[^.]$/);
      expect(row.appliesTo).to.not.deep.equal([]);
      expect(row.source).to.match(/^[a-z][-a-z]+$/);
      expect(new Date(row.readOn).toISOString().slice(0, 10)).to.equal(row.readOn);
      expect(row.ceiling ?? row.value).to.be.at.least(row.value);
    });
  }

  it("come with the date of the quota page", () => {
    expect(limit("deploymentsPerEndpoint")).to.include({ source: "how-to-manage-quotas", readOn: "2026-01-27" });
  });
});

describe("limitsWith", () => {
  it("takes a limit that Azure raised and leaves the others", () => {
    const raised = limitsWith({ deploymentsPerEndpoint: 40 });
    expect(raised.faults).to.deep.equal([]);
    expect(raised.limits).to.deep.equal({ ...limits, deploymentsPerEndpoint: 40 });
    expect(limits.deploymentsPerEndpoint).to.equal(20);
  });

  it("refuses a limit that Azure never raises, and keeps Azure's figure", () => {
    const raised = limitsWith({ endpointsPerCluster: 90 });
    expect(raised.limits).to.deep.equal(limits);
    expect(raised.faults).to.have.length(1);
    expect(raised.faults[0]).to.include({
      key: "endpointsPerCluster",
      code: "BadArgument",
      message: "Azure does not raise this limit: it stays at 60 endpoints",
      value: "90",
      source: "how-to-manage-quotas",
    });
  });

  for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    it(`refuses ${value} as a figure`, () => {
      const raised = limitsWith({ instancesPerDeployment: value });
      expect(raised.limits).to.deep.equal(limits);
      expect(raised.faults.map(({ key, code }) => [key, code])).to.deep.equal([
        ["instancesPerDeployment", "InvalidValue"],
      ]);
    });
  }

  it("knows how far Azure goes where a page says so", () => {
    expect(limitsWith({ computeObjectsPerRegion: 2500 }).faults).to.deep.equal([]);
    expect(limitsWith({ computeObjectsPerRegion: 2501 }).faults[0]?.allowed).to.equal("a whole number, 1 to 2500");
  });

  it("refuses a key that is no limit, as a file may have one", () => {
    const overrides: Record<string, number> = { deploymentPerEndpoint: 40, constructor: 1 };
    const raised = limitsWith(overrides);
    expect(raised.faults.map(({ key, code }) => [key, code])).to.deep.equal([
      ["deploymentPerEndpoint", "UnknownField"],
      ["constructor", "UnknownField"],
    ]);
    expect(raised.limits).to.deep.equal(limits);
  });

  it("skips what is undefined, and tells every fault at once", () => {
    expect(limitsWith({ deploymentsPerEndpoint: undefined }).limits).to.deep.equal(limits);
    expect(limitsWith({ nameLengthMax: 64, mirrorPercentMax: 80 }).faults).to.have.length(2);
  });

  it("has either the override or a fault for each key", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(PUBLISHED)), fc.double()), (overrides) => {
        const raised = limitsWith(overrides);
        const faulty = new Set(raised.faults.map(({ key }) => key));
        for (const key of Object.keys(PUBLISHED) as LimitKey[]) {
          const expected = key in overrides && !faulty.has(key) ? overrides[key] : limits[key];
          expect(raised.limits[key]).to.equal(expected);
        }
      }),
    );
  });
});
