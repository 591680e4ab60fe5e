import { expect } from "chai";
import type { EndpointRoutes } from "../../plan/routing-table";
import { compileBootstrap, compileRouter } from "../../router";
import { FEATURES, type FeatureFile, type RouterFeature } from "../../router/features";
import { compileManifest } from "../../router/manifest";
import { type JsonObject, typed, typeUrl } from "../../router/xds";
import { deployment, endpoint, Router, tableOf, until } from "./harness";
import { Model } from "./model";

const FILTER = "envoy.filters.http.rbac";
const TYPE = "extensions.filters.http.rbac.v3.RBAC";

/** Refuses what an endpoint calls secret, by a watched file. */
const file: FeatureFile = {
  name: "ecds-forbidden.json",
  filter: FILTER,
  first: typed(TYPE, { rules: { action: "DENY", policies: {} } }),
  at: "/rules/policies",
  secret: false,
  part: ({ name }) => ({ [name]: { permissions: [forbidden(name)], principals: [{ any: true }] } }),
};

function forbidden(name: string): JsonObject {
  return {
    and_rules: {
      rules: [
        { url_path: { path: { suffix: "/secret" } } },
        { header: { name: ":authority", string_match: { prefix: name } } },
      ],
    },
  };
}

/** Does that, and sends copies of requests to a backend of its own: as much as a feature can be. */
function shadow(model: Model): RouterFeature {
  return {
    filters: (watched) => [
      { name: FILTER, config_discovery: { config_source: watched(file), type_urls: [typeUrl(TYPE)] } },
    ],
    strangerFilters: { [FILTER]: typed("config.route.v3.FilterConfig", { disabled: true }) },
    routeAction: ({ endpoint: { name }, way }): JsonObject =>
      way === "pinned" ? {} : { request_mirror_policies: [{ cluster: `${name}-shadow` }] },
    clusters: ({ name }: EndpointRoutes) => [
      typed("config.cluster.v3.Cluster", {
        name: `${name}-shadow`,
        type: "STATIC",
        load_assignment: {
          cluster_name: `${name}-shadow`,
          endpoints: [
            {
              lb_endpoints: [
                {
                  endpoint: {
                    address: { socket_address: { address: model.address.host, port_value: model.address.port } },
                  },
                },
              ],
            },
          ],
        },
      }),
    ],
    file,
  };
}

describe("a router feature", function () {
  this.timeout(30_000);
  let primary: Model;
  let copy: Model;

  before(async () => {
    primary = await Model.start("127.0.0.2", { name: "primary" });
    copy = await Model.start("127.0.0.3", { name: "copy" });
  });
  after(() => Promise.all([primary.stop(), copy.stop()]));

  it("is one object and a line in the table: filter, watched file, routes, clusters and their change", async () => {
    const table = tableOf(
      ...["credit", "shop"].map((name) => endpoint(name, { blue: 100 }, [deployment("blue", [primary])])),
    );
    const router = await Router.start(table, [...FEATURES, shadow(copy)]);
    try {
      expect(await router.call({ endpoint: "shop" })).to.include({ status: 200, body: "primary" });
      await until("the copy came", () => copy.seen.length === 1);
      await router.call({ endpoint: "shop", deployment: "blue" });
      expect(copy.seen.length).to.equal(1);
      expect((await router.call({ endpoint: "shop", path: "/secret" })).status).to.equal(401);
      expect(Object.keys(router.live())).to.include("ecds-forbidden.json");
      const { code, output } = await router.apply(tableOf(table.endpoints[0]!));
      expect(code, output).to.equal(0);
      expect(router.live()["ecds-forbidden.json"]).to.not.contain("shop");
      expect((await router.status()).accepted).to.equal(true);
    } finally {
      await router.stop();
    }
  });

  it("changes nothing where it is not: a router of an older table refuses its fragments, by name", async () => {
    const table = tableOf(endpoint("shop", { blue: 100 }, [deployment("blue", [primary])]));
    const router = await Router.start();
    try {
      router.stage(table);
      const { fragments, table: text } = compileRouter(table, [...FEATURES, shadow(copy)]);
      router.stageFiles({ "table.json": text, "endpoints/shop.json": fragments[0]!.text });
      const { code, output } = await router.startApply().ended;
      expect(code).to.equal(1);
      expect(output).to.match(
        /shop: refused, not served: the fragment of shop does not fit this router: ecds-forbidden/,
      );
    } finally {
      await router.stop();
    }
  });

  it("says each name once: bootstrap and manifest watch the same files in the same folder", () => {
    const bootstrap = compileBootstrap();
    const { files, folders } = JSON.parse(compileManifest());
    const watched = [...bootstrap.matchAll(/"path":"([^"]*\.json)"/g)].map((match) => match[1]);
    const named = files.map(({ name }: { name: string }) => `${folders.live}/${name}`);
    expect(watched).to.have.members(named);
    for (const { stats } of files) {
      expect(bootstrap).to.contain(`{"prefix":"${stats}"}`);
    }
    expect(files.filter(({ mode }: { mode: number }) => mode === 0o600)).to.have.length(1);
  });
});
