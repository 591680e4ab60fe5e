import { expect } from "chai";
import * as fc from "fast-check";
import type { DeploymentRoute, EndpointRoutes, RoutingTable } from "../../plan/routing-table";
import { BODY_LIMITS, compileBootstrap, compileRouter, compileSecrets } from "../../router";
import { compileManifest } from "../../router/manifest";

// biome-ignore lint/suspicious/noExplicitAny: these tests read parsed JSON
type Parsed = any;

const DOMAIN = "ml.test";

/** Names as Azure allows them, short so that they often begin alike. */
const name = fc.stringMatching(/^[a-c][a-c0-9-]{1,4}[a-c0-9]$/);

const traffic = (names: readonly string[]): fc.Arbitrary<Record<string, number>> =>
  fc.array(fc.nat(100), { minLength: names.length, maxLength: names.length }).map((cuts) => {
    const bounds = [0, ...cuts.slice(1).sort((a, b) => a - b), 100];
    const live = (cuts[0] ?? 0) > 10;
    return Object.fromEntries(names.map((each, index) => [each, live ? bounds[index + 1]! - bounds[index]! : 0]));
  });

const deployment = (endpoint: string, each: string): fc.Arbitrary<DeploymentRoute> =>
  fc
    .record({
      count: fc.integer({ min: 1, max: 3 }),
      requestTimeoutMs: fc.integer({ min: 1, max: 180_000 }),
      maxConcurrentRequestsPerInstance: fc.integer({ min: 1, max: 100 }),
      port: fc.constantFrom(5001, 8080),
    })
    .map(({ count, port, ...limits }) => ({
      name: each,
      backend: `${endpoint}/${each}`,
      instances: {
        addresses: Array.from({ length: count }, (_, index) => ({ host: `${endpoint}-${each}-${index}`, port: 5001 })),
        running: count,
      },
      readiness: {
        port,
        path: "/",
        initialDelaySeconds: 10,
        periodSeconds: 10,
        timeoutSeconds: 2,
        successThreshold: 1,
        failureThreshold: 30,
      },
      ...limits,
    }));

const endpoint = (each: string): fc.Arbitrary<EndpointRoutes> =>
  fc.uniqueArray(name, { minLength: 0, maxLength: 4 }).chain((names) =>
    fc.record({
      name: fc.constant(each),
      kind: fc.constantFrom("managed" as const, "kubernetes" as const),
      auth: fc.constant({ mode: "key" as const }),
      deployments: fc.tuple(...names.map((deploymentName) => deployment(each, deploymentName))),
      traffic: names.length === 0 ? fc.constant({}) : traffic(names),
      payloadLimitBytes: fc.constantFrom(...BODY_LIMITS),
    }),
  );

const table: fc.Arbitrary<RoutingTable> = fc
  .uniqueArray(name, { maxLength: 4 })
  .chain((names) => fc.tuple(...names.map(endpoint)))
  .map((endpoints) => ({ stack: "test", domain: DOMAIN, endpoints }));

const keysOf = (of: RoutingTable) =>
  Object.fromEntries(
    of.endpoints.map((each) => [each.name, { primary: `KEY1-${each.name}`, secondary: `KEY2-${each.name}` }]),
  );

/** An endpoint's parts, by file and JSON pointer. */
function partsOf(of: RoutingTable, each: EndpointRoutes): Parsed {
  return JSON.parse(compileRouter(of).fragments.find(({ endpoint: name }) => name === each.name)!.text).parts;
}

const BY_PATH = "/0/virtual_hosts/0/matcher/matcher_tree/prefix_match_map/map";

function routeLists(of: RoutingTable): { endpoint: EndpointRoutes; routes: Parsed[]; host: Parsed }[] {
  return of.endpoints.flatMap((each) => {
    const routes = partsOf(of, each)["rds.json"];
    const [host] = routes["/0/virtual_hosts"];
    const byPath = routes[BY_PATH][`/api/v1/endpoint/${each.name}/`].action.typed_config.routes;
    return [
      { endpoint: each, routes: host.routes, host },
      { endpoint: each, routes: byPath, host },
    ];
  });
}

const clustersOf = (of: RoutingTable, each: EndpointRoutes): Parsed[] => partsOf(of, each)["cds.json"][""];

const textsOf = (of: RoutingTable): string =>
  compileRouter(of)
    .fragments.map(({ text }) => text)
    .join("");

/** Index of the deployment's route that takes a lot, as Envoy would: the first one that matches. */
function drawn(routes: readonly Parsed[], lot: number): string {
  const hit = routes
    .filter((route) => route.match.headers === undefined)
    .find((route) => lot < (route.match.runtime_fraction?.default_value.numerator ?? 100));
  return hit.route?.cluster ?? `${hit.direct_response.status}`;
}

describe("the router compiler", () => {
  it("gives each of the hundred lots to the deployment that it belongs to; 0% gets none", () => {
    fc.assert(
      fc.property(table, (of) => {
        for (const { endpoint: each, routes } of routeLists(of)) {
          const shares: Record<string, number> = {};
          for (let lot = 0; lot < 100; lot++) {
            const cluster = drawn(routes, lot);
            shares[cluster] = (shares[cluster] ?? 0) + 1;
          }
          const expected = each.deployments
            .map(({ name: of, backend }) => [backend, each.traffic[of] ?? 0] as const)
            .filter(([, percent]) => percent > 0);
          expect(shares).to.deep.equal(expected.length > 0 ? Object.fromEntries(expected) : { "404": 100 });
        }
      }),
    );
  });

  it("has rising thresholds below 100, and a last live route without one", () => {
    fc.assert(
      fc.property(table, (of) => {
        for (const { routes } of routeLists(of)) {
          const live = routes.filter((route) => route.match.headers === undefined);
          const thresholds = live.slice(0, -1).map((route) => route.match.runtime_fraction.default_value.numerator);
          expect(thresholds).to.deep.equal([...new Set<number>(thresholds)].sort((a, b) => a - b));
          expect(thresholds.every((value) => Number.isInteger(value) && value > 0 && value < 100)).to.equal(true);
          expect(live.at(-1).match).to.not.have.property("runtime_fraction");
        }
      }),
    );
  });

  it("routes only to backends that exist, and defines each once", () => {
    fc.assert(
      fc.property(table, (of) => {
        const defined = of.endpoints
          .flatMap((each) => clustersOf(of, each).map((cluster) => cluster.name as string))
          .sort();
        const used = [...textsOf(of).matchAll(/"cluster":"([^"]*)"/g)].map((match) => match[1]!);
        expect(defined).to.deep.equal([...new Set(defined)].sort());
        expect(new Set(used)).to.deep.equal(new Set(defined));
      }),
    );
  });

  it("has keys in the key file only, and each of them there", () => {
    fc.assert(
      fc.property(table, (of) => {
        expect(JSON.stringify(compileRouter(of)) + compileBootstrap() + compileManifest()).to.not.match(/KEY[12]-/);
        const secrets = Object.values(compileSecrets(of, keysOf(of))).map((text) => JSON.parse(text));
        const credentials = secrets.flatMap(({ parts }) => parts["ecds-keys.json"]["/0/typed_config/credentials"]);
        expect(credentials).to.have.length(2 * of.endpoints.length);
        for (const { key, client } of credentials) {
          const [of, slot] = client.split("/");
          expect(key).to.equal(`${slot === "primary" ? "KEY1" : "KEY2"}-${of}`);
        }
      }),
    );
  });

  it("asks for the endpoint's own keys and hides them, on every route of it", () => {
    fc.assert(
      fc.property(table, (of) => {
        const filter = "envoy.filters.http.api_key_auth";
        for (const { endpoint: each, routes, host } of routeLists(of)) {
          for (const route of routes) {
            const auth = (route.typed_per_filter_config ?? host.typed_per_filter_config)[filter];
            expect(auth.allowed_clients).to.deep.equal([`${each.name}/primary`, `${each.name}/secondary`]);
            expect(auth.forwarding).to.deep.equal({ hide_credentials: true });
          }
        }
      }),
    );
  });

  it("gives the same text whatever the order of the table, and names it by content", () => {
    fc.assert(
      fc.property(table, (of) => {
        const turned: RoutingTable = {
          ...of,
          endpoints: [...of.endpoints].reverse().map((each) => ({
            ...each,
            traffic: Object.fromEntries(Object.entries(each.traffic).reverse()),
            deployments: [...each.deployments].reverse().map((deployed) => ({
              ...deployed,
              instances: { ...deployed.instances, addresses: [...deployed.instances.addresses].reverse() },
            })),
          })),
        };
        expect(compileRouter(turned)).to.deep.equal(compileRouter(of));
        expect(compileSecrets(turned, keysOf(of))).to.deep.equal(compileSecrets(of, keysOf(of)));
      }),
    );
  });

  const blue = fc.sample(deployment("ep", "blue"), { numRuns: 1, seed: 1 })[0]!;
  const base: EndpointRoutes = {
    name: "ep",
    kind: "managed",
    auth: { mode: "key" },
    deployments: [blue],
    traffic: { blue: 100 },
    payloadLimitBytes: BODY_LIMITS[0]!,
  };
  const only = (...endpoints: EndpointRoutes[]): RoutingTable => ({ stack: "test", domain: DOMAIN, endpoints });

  it("tries routes in this order", () => {
    const green = { ...blue, name: "green", backend: "green" };
    const [{ routes }] = routeLists(
      only({ ...base, deployments: [green, blue], traffic: { green: 40, blue: 60 } }),
    ) as [Parsed];
    expect(routes.map((route: Parsed) => route.name)).to.deep.equal([
      "ep|blue|pinned",
      "ep|green|pinned",
      "ep|-|unknown-deployment",
      "ep|blue|live",
      "ep|green|live",
    ]);
  });

  it("limits what is in flight by the instances that run and by their limit", () => {
    const two = {
      ...blue,
      instances: { addresses: ["a", "b", "c"].map((host) => ({ host, port: 5001 })), running: 2 },
      maxConcurrentRequestsPerInstance: 3,
    };
    const working = 3 * 2;
    const [cluster] = clustersOf(only({ ...base, deployments: [two] }), base);
    expect(cluster.circuit_breakers).to.deep.equal({
      thresholds: [
        {
          max_connections: working,
          max_pending_requests: 2 * working,
          max_requests: 2 * working,
          max_retries: 2 * working,
        },
      ],
      per_host_thresholds: [{ max_connections: 3 }],
    });
  });

  it("refuses traffic that cannot be routed", () => {
    const tables: Record<string, number>[] = [
      { blue: 99 },
      { blue: 101 },
      { blue: 50, green: 50 },
      { blue: 99.5 },
      { blue: -100 },
    ];
    for (const wrong of tables) {
      expect(() => compileRouter(only({ ...base, traffic: wrong })), JSON.stringify(wrong)).to.throw(RangeError, "ep");
    }
    expect(() => compileRouter(only({ ...base, payloadLimitBytes: 7 }))).to.throw(RangeError, "payloadLimitBytes 7");
    expect(() => compileRouter(only(base, { ...base, name: "other" }))).to.throw(
      "two deployments have the same backend",
    );
  });

  it("names a backend in the routes whatever its instances are: they are data of its cluster", () => {
    const withInstances = (...hosts: string[]) => {
      const instances = { addresses: hosts.map((host) => ({ host, port: 5001 })), running: hosts.length };
      return only({ ...base, deployments: [{ ...blue, instances }] });
    };
    const [one, three] = [withInstances("a"), withInstances("a", "b", "c")];
    expect(partsOf(one, base)["rds.json"]).to.deep.equal(partsOf(three, base)["rds.json"]);
    const [before, after] = [clustersOf(one, base)[0], clustersOf(three, base)[0]];
    expect(before.name).to.equal(after.name);
    expect(after.metadata.filter_metadata.mlendpoints).to.deep.equal({ backend: blue.backend, running: 3 });
    expect(compileRouter(one).version).to.not.equal(compileRouter(three).version);
  });

  it("looks instances up by complete names, so that no search domain is added", () => {
    const hosts = ["i1.x.blue.ep.mlendpoints.invalid", "i2.x.blue.ep.mlendpoints.invalid.", "127.0.0.5"];
    const instances = { addresses: hosts.map((host) => ({ host, port: 5001 })), running: 3 };
    const of = only({ ...base, deployments: [{ ...blue, instances }] });
    const text = JSON.stringify(clustersOf(of, base)[0].load_assignment);
    expect([...text.matchAll(/"address":"([^"]+)"/g)].map((match) => match[1])).to.deep.equal([
      "127.0.0.5",
      "i1.x.blue.ep.mlendpoints.invalid.",
      "i2.x.blue.ep.mlendpoints.invalid.",
    ]);
  });

  it("refuses more running instances than exist", () => {
    const instances = { ...blue.instances, running: blue.instances.addresses.length + 1 };
    const of = only({ ...base, deployments: [{ ...blue, instances }] });
    expect(() => compileRouter(of)).to.throw(RangeError, "running instances");
  });

  it("has a version for each endpoint, which is its own content alone", () => {
    const other = { ...base, name: "other", deployments: [{ ...blue, backend: "other/blue" }] };
    const alone = compileRouter(only(base));
    const both = compileRouter(only(other, base));
    expect(both.fragments.map(({ endpoint: name }) => name)).to.deep.equal(["ep", "other"]);
    expect(both.fragments[0]).to.deep.equal(alone.fragments[0]);
    expect(JSON.parse(both.table)).to.deep.equal({
      version: both.version,
      endpoints: Object.fromEntries(both.fragments.map(({ endpoint: name, version }) => [name, version])),
    });
  });

  it("refuses keys that Envoy would refuse for everybody, and does not show them", () => {
    const of = only(base, { ...base, name: "other", deployments: [], traffic: {} });
    const pair = (primary: string, secondary: string) => ({ primary, secondary });
    expect(() => compileSecrets(of, { ep: pair("a1", "b1") })).to.throw(/^endpoint other has no primary key$/);
    expect(() => compileSecrets(of, { ep: pair("a1", ""), other: pair("c1", "d1") })).to.throw(
      /^endpoint ep has no secondary key$/,
    );
    expect(() => compileSecrets(of, { ep: pair("a1", "b1"), other: pair("c1", "b1") })).to.throw(
      /^the secondary key of endpoint other is also a key of endpoint ep$/,
    );
    const same = JSON.parse(compileSecrets(only(base), { ep: pair("a1", "a1") })["ep"]!) as Parsed;
    expect(same.parts["ecds-keys.json"]).to.deep.equal({
      "/0/typed_config/credentials": [{ client: "ep/primary", key: "a1" }],
    });
  });
});
