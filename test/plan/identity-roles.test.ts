import { expect } from "chai";
import fc from "fast-check";
import { parse } from "yaml";
import { ROLES } from "../../input/azure/tables/roles";
import { flowLine } from "../../plan/identity/flow-line";
import { SATISFACTIONS, satisfies } from "../../plan/identity/satisfies";
import { covers, widerScopes } from "../../plan/identity/scopes";
import { runs } from "../support/effort";
import {
  access,
  BLUE,
  IDENTITIES,
  planAccess,
  REFERENCES,
  readAccess,
  SECRETS_READER,
  STORES,
  told,
  USER_ASSIGNED,
} from "./access";

describe("roles that are wider than what is needed", () => {
  const files = { "app/blue.yml": `${BLUE}${REFERENCES.both}` };
  /** Role, scope, and which of connection and vault it lets the identity read. */
  const ROWS: readonly (readonly [string, string, string])[] = [
    [SECRETS_READER, "connection/openai", "connection"],
    [SECRETS_READER, "connection/OpenAI", "connection"],
    [SECRETS_READER, "connection/other", ""],
    [SECRETS_READER, "workspace", "connection"],
    [SECRETS_READER, "resource-group", "connection"],
    [SECRETS_READER, "subscription", "connection"],
    [SECRETS_READER, "storage", ""],
    [SECRETS_READER, "vault/prod-kv", ""],
    ["ea01e6af-a1c1-4350-9563-ad00f8c72ec5", "workspace", "connection"],
    ["AzureML Data Scientist", "workspace", "connection"],
    ["Contributor", "workspace", "connection"],
    ["Contributor", "resource-group", "connection"],
    ["Contributor", "subscription", "connection"],
    ["Contributor", "vault/prod-kv", ""],
    ["Owner", "vault/prod-kv", ""],
    ["Owner", "subscription", "connection"],
    ["AcrPull", "subscription", ""],
    ["Storage Blob Data Contributor", "subscription", ""],
    ["Key Vault Secrets User", "vault/prod-kv", "vault"],
    ["Key Vault Secrets User", "vault/PROD-KV", "vault"],
    ["key vault secrets user", "resource-group", "vault"],
    ["Key Vault Secrets User", "subscription", "vault"],
    ["Key Vault Secrets User", "vault/other", ""],
    ["Key Vault Secrets User", "workspace", ""],
  ];
  const { spec } = readAccess(files, STORES);
  for (const [role, scope, readable] of ROWS) {
    it(`${role} on ${scope} reads ${readable === "" ? "neither" : `the ${readable}`}`, () => {
      const roleAssignments = [{ identity: "shop", role, scope }];
      const { variables, errors, warnings } = planAccess({ ...spec!, config: { ...spec!.config, roleAssignments } });
      const names = { connection: ["OPENAI_KEY"], vault: ["DB"] }[readable] ?? [];
      expect(variables.injected.names).to.deep.equal(names);
      expect(errors).to.have.length(2 - names.length);
      expect(warnings.map(({ code }) => code)).to.deep.equal(names.length === 0 ? ["UnusedRoleAssignment"] : []);
    });
  }

  it("are a user-assigned identity's basics as far as these are actions, not data", () => {
    const found = (role: string) =>
      access(
        { "app/endpoint.yml": USER_ASSIGNED },
        { identities: IDENTITIES, roleAssignments: [{ identity: "shop-id", role, scope: "resource-group" }] },
      );
    for (const role of ["Contributor", "Owner"]) {
      expect(found(role).identity?.missing.map((missing) => missing.role)).to.deep.equal(["Storage Blob Data Reader"]);
    }
    expect(found("Storage Blob Data Contributor").identity?.missing.map(({ scope }) => scope)).to.deep.equal([
      "registry",
      "workspace",
    ]);
  });

  it("are named when the narrow one is there", () => {
    const roleAssignments = [
      { identity: "shop", role: "Contributor", scope: "subscription" },
      { identity: "shop", role: SECRETS_READER, scope: "connection/openai" },
      { identity: "shop", role: "Key Vault Secrets User", scope: "vault/prod-kv" },
    ];
    const { errors, warnings, identity } = access(files, { ...STORES, roleAssignments });
    expect(errors).to.deep.equal([]);
    expect(warnings.map(({ path, message }) => `${path}: ${message}`)).to.deep.equal([
      "roleAssignments[0]: nothing behind the identity 'shop' needs Contributor on subscription",
    ]);
    expect(identity?.unused).to.deep.equal([
      { role: "Contributor", roleId: "b24988ac-6180-42a0-ab88-20f7382dd24c", scope: "subscription" },
    ]);
  });

  it("are named when the same role is there on a narrower scope, in either order", () => {
    const scopes = ["workspace", "connection/openai", "resource-group"];
    for (const order of [scopes, scopes.toReversed()]) {
      const roleAssignments = [
        ...order.map((scope) => ({ identity: "shop", role: SECRETS_READER, scope })),
        { identity: "shop", role: "Key Vault Secrets User", scope: "vault/prod-kv" },
      ];
      const { identity } = access(files, { ...STORES, roleAssignments });
      expect(identity?.unused.map(({ scope }) => scope)).to.have.members(["workspace", "resource-group"]);
    }
  });

  it("never make anything worse, in whatever order and number they are given", () => {
    const grant = fc.record({
      identity: fc.constant("shop"),
      role: fc.constantFrom(...ROLES.map(({ name }) => name)),
      scope: fc.constantFrom(
        "registry",
        "storage",
        "workspace",
        "connection/openai",
        "connection/x",
        "vault/prod-kv",
        "vault/x",
        "resource-group",
        "subscription",
      ),
    });
    const grants = fc.uniqueArray(grant, { maxLength: 8, selector: ({ role, scope }) => `${role} ${scope}` });
    const planWith = (roleAssignments: readonly { identity: string; role: string; scope: string }[]) =>
      planAccess({ ...spec!, config: { ...spec!.config, roleAssignments: [...roleAssignments] } });
    fc.assert(
      fc.property(grants, fc.nat(), (all, cut) => {
        const some = planWith(all.slice(0, all.length === 0 ? 0 : cut % all.length));
        const more = planWith(all);
        const turned = planWith([...all].reverse());
        expect(more.errors.map(told)).to.deep.equal(turned.errors.map(told));
        expect(more.variables.injected.names).to.deep.equal(turned.variables.injected.names);
        expect(some.errors.map(told)).to.include.members(more.errors.map(told));
        expect(more.variables.injected.names).to.include.members([...some.variables.injected.names]);
        // Used and unused are all there is.
        const own = more.identity.roleAssignments.filter(({ automatic }) => !automatic);
        expect(own.filter(({ used }) => !used)).to.have.length(more.identity.unused.length);
        expect(own).to.have.length(all.length);
        // What is named as unused can go without a loss.
        const needed = planWith(all.filter((_, index) => own[index]?.used === true));
        expect(needed.errors.map(told)).to.deep.equal(more.errors.map(told));
        expect(needed.warnings).to.deep.equal([]);
      }),
      { numRuns: runs(300) },
    );
  });
});

describe("the tables behind it", () => {
  it("name roles that exist, with a reason and a source each", () => {
    const names = ROLES.map(({ name }) => name);
    for (const { needed, by, because, source } of SATISFACTIONS) {
      expect(names).to.include.members([needed, ...by]);
      expect(because).to.match(/^[a-z].*[^.]$/);
      expect(source).to.match(/^[a-z][-a-z]+$/);
    }
    expect(new Set(SATISFACTIONS.map(({ needed }) => needed)).size).to.equal(SATISFACTIONS.length);
  });

  it("let no role of the data plane be satisfied by one that manages resources", () => {
    const broad = ROLES.filter(({ name }) => ["Contributor", "Owner"].includes(name));
    expect(broad).to.have.length(2);
    for (const name of ["Key Vault Secrets User", "Storage Blob Data Reader", "Storage Blob Data Contributor"]) {
      const needed = ROLES.find((role) => role.name === name)!;
      expect(broad.some((role) => satisfies(role, needed))).to.equal(false);
      expect(satisfies(needed, needed)).to.equal(true);
    }
  });

  it("let the wider roles of a vault read its secrets", () => {
    const needed = ROLES.find(({ name }) => name === "Key Vault Secrets User")!;
    for (const wider of ["Key Vault Secrets Officer", "Key Vault Administrator"]) {
      expect(satisfies(ROLES.find(({ name }) => name === wider)!, needed)).to.equal(true);
    }
  });

  it("widen scopes up to the subscription, and never sideways", () => {
    expect(widerScopes("connection/a")).to.deep.equal(["connection/a", "workspace", "resource-group", "subscription"]);
    expect(widerScopes("container/a")).to.deep.equal(["container/a", "storage", "resource-group", "subscription"]);
    expect(widerScopes("subscription")).to.deep.equal(["subscription"]);
    const scope = fc.constantFrom(
      ...["subscription", "resource-group", "workspace", "registry", "storage"],
      ...["vault/a", "vault/b", "connection/a", "container/a"],
    );
    fc.assert(
      fc.property(scope, scope, scope, (a, b, c) => {
        expect(covers(a, a)).to.equal(true);
        expect(covers("subscription", a)).to.equal(true);
        if (covers(a, b) && covers(b, c)) {
          expect(covers(a, c)).to.equal(true);
        }
        if (covers(a, b) && covers(b, a)) {
          expect(a).to.equal(b);
        }
      }),
    );
    expect(covers("workspace", "storage")).to.equal(false);
    expect(covers("workspace", "vault/a")).to.equal(false);
  });

  it("write a line that YAML reads back as it was", () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom("yes", "null", "1e3", "a: b", "- x", "a #b", "Metrics Writer (preview)"),
    );
    fc.assert(
      fc.property(text, text, text, (key, one, other) => {
        fc.pre(key !== "a" && key !== "b" && key !== "__proto__");
        const map = { a: one, b: { [key]: other } };
        for (const version of ["1.1", "1.2"] as const) {
          expect(parse(flowLine(map), { version })).to.deep.equal(map);
        }
      }),
    );
    expect(flowLine({ identity: "shop", role: "Key Vault Secrets User", scope: "vault/prod-kv" })).to.equal(
      "{ identity: shop, role: Key Vault Secrets User, scope: vault/prod-kv }",
    );
  });
});
