import { expect } from "chai";
import type { DeployedRouter, DeployedStack } from "../../plan/deployed";
import { routerReport, routerWords } from "../../plan/report/router";

const ROUTER: DeployedRouter = { key: "k1", address: "127.0.0.1:8080" };

function stack(router?: DeployedRouter, endpoints: readonly string[] = ["shop"]): DeployedStack {
  const endpoint = {
    since: "2026-01-01T00:00:00.000Z",
    authMode: "key",
    publicNetworkAccess: true,
    scoringUri: "",
    traffic: {},
    mirrorTraffic: {},
    deployments: {},
  };
  return { version: 1, endpoints: Object.fromEntries(endpoints.map((name) => [name, endpoint])), router };
}

describe("the report on the router", () => {
  it("is silent about the first one, and about one that goes on", () => {
    expect(routerReport(undefined, stack(ROUTER))).to.equal(undefined);
    expect(routerReport(stack(undefined, []), stack(ROUTER))).to.equal(undefined);
    expect(routerReport(stack({ ...ROUTER, attempt: "2026-01-01T00:00:00.000Z" }), stack(ROUTER))).to.equal(undefined);
  });

  it("says why another one takes its place, and what callers get", () => {
    const after = stack({ key: "k2", address: "127.0.0.1:9090" });
    expect(routerWords(routerReport(stack(ROUTER), after)!)).to.equal(
      "replaced, since its image is new and it listens on 127.0.0.1:9090, before on 127.0.0.1:8080: " +
        "for some seconds no endpoint of this stack answers",
    );
    expect(routerReport(stack(), after)?.reasons).to.deep.equal(["an earlier version of this program has made it"]);
  });
});
