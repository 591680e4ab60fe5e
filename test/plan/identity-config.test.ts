import { expect } from "chai";
import { ROLES } from "../../input/azure/tables/roles";
import { containerOf } from "../../plan/identity/needs";
import {
  access,
  BASE_ROLES,
  BLUE,
  IDENTITIES,
  lineOf,
  REFERENCES,
  RESOURCE_ID,
  SECRETS_READER,
  STORES,
  told,
  USER_ASSIGNED,
  words,
} from "./access";

describe("identities and role assignments in the config", () => {
  const faults = (config: Record<string, unknown>, files: Record<string, string> = {}) =>
    access(files, config).errors.map(words);

  it("take a role by name, alias, id or resource id", () => {
    const roles = ["Key Vault Secrets User", "4633458b-17de-408a-b874-0445c86b69e6", "KEY VAULT SECRETS USER"];
    for (const role of roles) {
      const roleAssignments = [{ identity: "SHOP", role, scope: "vault/prod-kv" }];
      const { identity, errors } = access({ "app/blue.yml": BLUE + REFERENCES.vault }, { ...STORES, roleAssignments });
      expect(errors).to.deep.equal([]);
      expect(identity?.roleAssignments.at(-1)).to.deep.equal({
        role: "Key Vault Secrets User",
        roleId: "4633458b-17de-408a-b874-0445c86b69e6",
        scope: "vault/prod-kv",
        purpose: "read the secrets of a key vault, for secret injection",
        automatic: false,
        used: true,
      });
    }
  });

  it("name an unknown role, and the one that was meant", () => {
    const roles = ROLES.map(({ name }) => name).join(", ");
    const roleAssignments = [
      { identity: "shop", role: "Key Vault Secret User", scope: "workspace" },
      { identity: "shop", role: "Emperor", scope: "workspace" },
    ];
    expect(faults({ roleAssignments })).to.deep.equal([
      "InvalidValue roleAssignments[0].role: is not a role that is known here → did you mean 'Key Vault Secrets User'?",
      "InvalidValue roleAssignments[1].role: is not a role that is known here → name a built-in role of Azure, or give its id",
    ]);
    expect(access({}, { roleAssignments }).errors[0]).to.deep.include({
      value: "Key Vault Secret User",
      allowed: roles,
    });
  });

  it("name an unknown identity, and the one that was meant", () => {
    const roleAssignments = [
      { identity: "shopp", role: "AcrPull", scope: "registry" },
      { identity: "nobody", role: "AcrPull", scope: "registry" },
    ];
    expect(faults({ roleAssignments })).to.deep.equal([
      "InvalidValue roleAssignments[0].identity: there is no such identity → did you mean 'shop'?",
      "InvalidValue roleAssignments[1].identity: there is no such identity → name an endpoint, or an entry of mlendpoints:identities",
    ]);
  });

  it("say that an endpoint with a user-assigned identity has none of its own", () => {
    const roleAssignments = [...BASE_ROLES, { identity: "shop", role: "AcrPull", scope: "workspace" }];
    expect(faults({ identities: IDENTITIES, roleAssignments }, { "app/endpoint.yml": USER_ASSIGNED })).to.deep.equal([
      "InvalidValue roleAssignments[3].identity: the endpoint 'shop' has no identity of its own: it uses a user-assigned one → write the name that mlendpoints:identities gives to that one: identity: shop-id",
    ]);
  });

  it("refuse the same role twice, however it is written", () => {
    const twins = [
      { identity: "Shop", role: "acrpull", scope: "registry" },
      { identity: "shop", role: "7f951dda-4ed3-4680-a7ca-43fe172d538d", scope: "registry" },
    ];
    for (const twin of twins) {
      const roleAssignments = [{ identity: "shop", role: "AcrPull", scope: "registry" }, twin];
      expect(faults({ roleAssignments })).to.deep.equal([
        "InvalidValue roleAssignments[1]: gives 'shop' AcrPull on registry a second time, after roleAssignments[0] → remove one of them",
      ]);
    }
    const apart = [
      { identity: "shop", role: "Key Vault Secrets User", scope: "vault/a" },
      { identity: "shop", role: "Key Vault Secrets User", scope: "vault/b" },
    ];
    expect(faults({ roleAssignments: apart })).to.deep.equal([]);
  });

  it("refuse names and ids that stand for two identities", () => {
    const identities = { shop: { resourceId: "/a/x" }, other: { resourceId: "/A/X" } };
    expect(faults({ identities })).to.deep.equal([
      "InvalidValue identities.shop: 'shop' is also the name of an endpoint with an identity of its own → give the identity another name, here and in roleAssignments",
      "InvalidValue identities.other.resourceId: is the resource id of 'shop' as well → remove one of them",
    ]);
  });

  it("give the line for an identity that only the endpoint names; with it, the basics are asked for", () => {
    const files = { "app/endpoint.yml": USER_ASSIGNED };
    for (const identities of [
      {},
      { "shop-id": { resourceId: "/another" } },
      { "Shop-ID": { resourceId: "/another" } },
    ]) {
      const { errors } = access(files, { identities });
      expect(errors.map(({ code, path }) => `${code} ${path}`)).to.deep.equal([
        "BadArgument identity.user_assigned_identities[0].resource_id",
      ]);
      const { key, value } = lineOf(errors[0]!);
      expect(key).to.equal("identities");
      const added = Object.values(value as Record<string, { resourceId: string }>);
      expect(added).to.deep.equal([{ resourceId: RESOURCE_ID }]);
      const known = access(files, { identities: { ...identities, ...(value as object) } });
      expect(known.errors.map(({ code, path }) => `${code} ${path}`)).to.deep.equal(
        Array.from({ length: 2 }, () => "BadArgument identity.user_assigned_identities[0].resource_id"),
      );
      expect(known.errors[0]?.message).to.include("may not pull");
    }
    const near = { id: { resourceId: RESOURCE_ID.replace("shop-id", "shop-ids") } };
    expect(access(files, { identities: near }).errors[0]?.hint).to.match(/^did you mean '\S+shop-ids'\? If not, add /);
  });

  it("know an identity by its resource id in any case", () => {
    const identities = { "shop-id": { resourceId: RESOURCE_ID.toUpperCase() } };
    const { errors, identity } = access(
      { "app/endpoint.yml": USER_ASSIGNED },
      { identities, roleAssignments: BASE_ROLES },
    );
    expect(errors).to.deep.equal([]);
    expect(identity).to.deep.include({ type: "user_assigned", name: "shop-id", resourceId: RESOURCE_ID });
  });

  it("name grants of an identity that no endpoint uses, and the scope that was meant", () => {
    const roleAssignments = [
      { identity: "idle", role: "AcrPull", scope: "registry" },
      { identity: "shop", role: "Key Vault Secrets User", scope: "vault/prodkv" },
    ];
    const { warnings } = access(
      { "app/blue.yml": BLUE + REFERENCES.vault },
      { ...STORES, identities: { idle: { resourceId: "/idle" } }, roleAssignments },
    );
    expect(warnings.map(words)).to.deep.equal([
      "UnusedRoleAssignment roleAssignments[0]: no endpoint uses the identity 'idle' → remove it: an identity should hold what it needs",
      "UnusedRoleAssignment roleAssignments[1]: nothing behind the identity 'shop' needs Key Vault Secrets User on vault/prodkv → did you mean 'vault/prod-kv'?",
    ]);
  });
});

describe("other needs of an identity", () => {
  function collect(path: string, enabled = "'True'"): Record<string, string> {
    const data = `{ name: logs, path: '${path}' }`;
    return {
      "app/blue.yml": `${BLUE}data_collector: { collections: { request: { enabled: ${enabled}, data: ${data} } } }\n`,
    };
  }
  const own = "azureml://datastores/archive/paths/shop";

  it("include the container that collected data goes to, when it is one of the user's", () => {
    const { errors } = access(collect(own), {});
    expect(errors.map(told)).to.deep.equal([
      "blue.yml:13:88 BadArgument data_collector.collections.request.data.path: the identity of endpoint 'shop' may not write collected data to 'archive': it has no Storage Blob Data Contributor on container/archive → add to mlendpoints:roleAssignments: - { identity: shop, role: Storage Blob Data Contributor, scope: container/archive }",
    ]);
    for (const scope of ["container/archive", "storage", "resource-group"]) {
      const roleAssignments = [{ identity: "shop", role: "Storage Blob Data Contributor", scope }];
      const found = access(collect(own), { roleAssignments });
      expect([...found.errors, ...found.warnings]).to.deep.equal([]);
    }
    expect(access(collect(own, "'False'"), {}).errors).to.deep.equal([]);
    expect(access(collect("azureml://datastores/workspaceblobstore/paths/x"), {}).errors).to.deep.equal([]);
  });

  it("read a container out of every form of path", () => {
    const rows: readonly (readonly [string, string | undefined])[] = [
      [own, "archive"],
      ["azureml://subscriptions/s/resourcegroups/g/workspaces/w/datastores/archive/paths/x", "archive"],
      ["azureml://subscriptions/s/resourcegroups/g/workspaces/w/datastores/workspaceblobstore/paths/x", undefined],
      ["https://account.blob.core.windows.net/box/folder", "box"],
      ["wasbs://box@account.blob.core.windows.net/folder", "box"],
      ["abfss://box@account.dfs.core.windows.net/folder", "box"],
      ["./folder", undefined],
    ];
    for (const [path, container] of rows) {
      expect(containerOf(path), path).to.equal(container);
    }
  });

  it("include the client id that a prompt flow finds its identity by", () => {
    const model = BLUE.replace(
      "path: ./model",
      "path: ./model\n  properties: { azureml.promptflow.source_flow_id: chat }",
    );
    const roles = { roleAssignments: BASE_ROLES };
    const found = (blue: string, identity: object) =>
      access(
        { "app/endpoint.yml": USER_ASSIGNED, "app/blue.yml": blue },
        { identities: { "shop-id": { resourceId: RESOURCE_ID, ...identity } }, ...roles },
      );
    expect(found(model, {}).warnings.map(({ code, path, hint }) => `${code} ${path} ${hint}`)).to.deep.equal([
      "MissingField environment_variables add clientId to mlendpoints:identities, below 'shop-id', or AZURE_CLIENT_ID to the file",
    ]);
    expect(found(BLUE, {}).warnings).to.deep.equal([]);
    const written = `${model}environment_variables: { AZURE_CLIENT_ID: own }\n`;
    expect(found(written, {}).warnings).to.deep.equal([]);
    expect(found(written, { clientId: "1-2" }).variables?.plain).to.deep.equal({ AZURE_CLIENT_ID: "own" });
    expect(found(model, { clientId: "1-2" }).warnings).to.deep.equal([]);
    expect(found(model, { clientId: "1-2" }).variables?.plain).to.deep.equal({ AZURE_CLIENT_ID: "1-2" });
  });

  it("count a role at the service of a connection without a key as used, and do not ask for it", () => {
    const config = (roleAssignments: unknown[]) => ({
      connections: { openai: { authType: "AAD", category: "AzureOpenAI", target: "https://x" } },
      roleAssignments: [{ identity: "shop", role: SECRETS_READER, scope: "workspace" }, ...roleAssignments],
    });
    const files = { "app/blue.yml": `${BLUE}environment_variables: { C: '\${{azureml://connections/openai}}' }\n` };
    const call = { identity: "shop", role: "Cognitive Services OpenAI User", scope: "resource-group" };
    for (const roleAssignments of [[], [call]]) {
      const found = access(files, config(roleAssignments));
      expect([...found.errors, ...found.warnings]).to.deep.equal([]);
      expect(found.identity?.missing).to.deep.equal([]);
    }
  });
});
