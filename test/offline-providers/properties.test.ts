import { expect } from "chai";
import { fieldsOf, itemType, type Properties, type PropertyType } from "../../offline-providers/common/schema";
import { dockerConfig } from "../../offline-providers/docker/config";
import { dockerProvider } from "../../offline-providers/docker/provider";
import { randomProvider } from "../../offline-providers/random/provider";
import { type SdkInterface, sdkInterfaces } from "./support/sdk-types";

const PACKAGES = [
  { npm: "@pulumi/docker", provider: dockerProvider },
  { npm: "@pulumi/random", provider: randomProvider },
] as const;

describe("offline providers: the same properties as the npm SDKs", () => {
  for (const { npm, provider } of PACKAGES) {
    it(`${npm}: the version is the installed one`, () => {
      const installed = require(`${npm}/package.json`) as { version: string };
      expect(provider.version).to.equal(installed.version);
    });

    for (const resource of provider.resources) {
      const [, file = "", type = ""] = /:index\/(\w+):(\w+)$/.exec(resource.token) ?? [];
      const interfaces = sdkInterfaces(npm, file);
      const inputs = inputNames(resource.properties);

      it(`${type}: inputs, their types and what is required, nested blocks included`, () => {
        compareInterface(resource.properties, interfaces, `${type}Args`, type, new Set([resource.autoname ?? ""]));
        expect(inputs).to.have.members([...members(interfaces, `${type}Args`)]);
      });

      it(`${type}: inputs and outputs together are the state`, () => {
        expect(Object.keys(resource.properties)).to.have.members([...members(interfaces, `${type}State`)]);
      });
    }
  }

  it("docker: the settings of the package", () => {
    const interfaces = sdkInterfaces("@pulumi/docker", "provider");
    expect(Object.keys(dockerConfig)).to.have.members([...members(interfaces, "ProviderArgs")]);
  });
});

function members(interfaces: ReadonlyMap<string, SdkInterface>, name: string): Iterable<string> {
  const found = interfaces.get(name);
  if (found === undefined) {
    throw new Error(`the SDK declares no ${name}`);
  }
  return found.members.keys();
}

function inputNames(properties: Properties): string[] {
  return Object.keys(properties).filter((name) => properties[name]?.computed !== "always");
}

function compareInterface(
  properties: Properties,
  interfaces: ReadonlyMap<string, SdkInterface>,
  name: string,
  path: string,
  autonamed: ReadonlySet<string>,
): void {
  const declared = interfaces.get(name)?.members;
  if (declared === undefined) {
    throw new Error(`the SDK declares no ${name}`);
  }
  for (const [key, member] of declared) {
    const property = properties[key];
    const where = `${path}.${key}`;
    if (property === undefined) {
      throw new Error(`${where} is missing`);
    }
    expect(kindOf(property.type), `${where}: type`).to.equal(member.kind);
    if (!autonamed.has(key)) {
      expect(property.required === true, `${where}: required`).to.equal(member.required);
    }
    const fields = fieldsOf(itemType(property.type) ?? property.type);
    expect(fields !== undefined, `${where}: has a nested block`).to.equal(member.nested !== undefined);
    if (fields === undefined || member.nested === undefined) {
      continue;
    }
    expect(Object.keys(fields), where).to.have.members([...members(interfaces, member.nested)]);
    compareInterface(fields, interfaces, member.nested, where, new Set());
  }
}

function kindOf(type: PropertyType): string {
  if (itemType(type) !== undefined) {
    return "list";
  }
  if (fieldsOf(type) !== undefined) {
    return "object";
  }
  if (typeof type === "object") {
    return "map";
  }
  return type === "int" ? "number" : type === "bool" ? "boolean" : type;
}
