import { expect } from "chai";
import { findRole, ROLES, roleNames } from "../../../../input/azure/tables/roles";

describe("roles", () => {
  it("have names and ids of their own", () => {
    const words = ROLES.flatMap(({ name, id, aliases }) => [name, id, ...aliases]).map((word) => word.toLowerCase());
    expect(new Set(words).size).to.equal(words.length);
  });

  for (const role of ROLES) {
    it(`${role.name} is complete and is found by name, id and alias in any case`, () => {
      expect(role.id).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(role.purpose).to.match(/^[a-z].*[^.]$/);
      expect(role.source).to.match(/^[a-z][-a-z]+$/);
      for (const word of [role.name, role.id, ...role.aliases]) {
        expect(findRole(word)).to.equal(role);
        expect(findRole(word.toUpperCase())).to.equal(role);
      }
    });
  }

  it("leave '(preview)' out when people do", () => {
    expect(findRole("azureml metrics writer")?.id).to.equal("635dd51f-9968-44d3-b7fb-6d9a6bd613ae");
    for (const role of ROLES.filter(({ name }) => name.includes("(preview)"))) {
      expect(role.aliases).to.include(role.name.replace(" (preview)", ""));
    }
  });

  it("are found by the resource id of their definition", () => {
    const id =
      "/subscriptions/1/providers/Microsoft.Authorization/roleDefinitions/7F951DDA-4ED3-4680-A7CA-43FE172D538D";
    expect(findRole(id)?.name).to.equal("AcrPull");
  });

  it("are not guessed", () => {
    for (const word of ["", "Acr", "AcrPush", "Reader", "7f951dda"]) {
      expect(findRole(word)).to.equal(undefined);
    }
  });

  it("are broad where they let an identity change everything", () => {
    expect(ROLES.filter(({ broad }) => broad).map(({ name }) => name)).to.deep.equal([
      "Key Vault Administrator",
      "Contributor",
      "Owner",
    ]);
  });

  it("can be listed", () => {
    expect(roleNames()).to.deep.equal(ROLES.map(({ name }) => name));
    expect(roleNames()).to.include.members(["AcrPull", "Storage Blob Data Reader", "Key Vault Secrets User"]);
  });
});
