import { expect } from "chai";
import {
  access,
  BASE_ROLES,
  BLUE,
  ENDPOINT,
  IDENTITIES,
  lineOf,
  REFERENCES,
  SECRETS_READER,
  STORES,
  told,
  USER_ASSIGNED,
  words,
} from "./access";

/**
 * Azure's rules about who may read secrets, every cell: identity, enforce_access_to_default_secret_stores and whether whoever
 * deploys may list secrets, against the references of a deployment, first without and then with both roles granted by hand.
 *
 *  -  nothing is wrong            C  the connection cannot be read        V  the vault cannot be read
 *  R  endpoint and deployment are refused          F  the flag cannot be given with this identity
 *  c  the role for connections is not needed       a  … because Azure grants it by itself       v  the role for the vault is not
 */
const MATRIX = `
                           | not granted                   | granted
identity flag     deployer | none connection vault both    | none connection vault both
system   absent   may      | -    C          V     CV      | cv   v          c     -
system   absent   may-not  | -    C          V     CV      | cv   v          c     -
system   disabled may      | -    C          V     CV      | cv   v          c     -
system   disabled may-not  | -    C          V     CV      | cv   v          c     -
system   enabled  may      | -    -          V     V       | av   av         a     a
system   enabled  may-not  | R    R          RV    RV      | Rav  Rav        Ra    Ra
user     absent   may      | -    C          V     CV      | cv   v          c     -
user     absent   may-not  | -    C          V     CV      | cv   v          c     -
user     disabled may      | F    F          F     F       | F    F          F     F
user     disabled may-not  | F    F          F     F       | F    F          F     F
user     enabled  may      | F    F          F     F       | F    F          F     F
user     enabled  may-not  | F    F          F     F       | F    F          F     F
`;

interface Cell {
  readonly identity: string;
  readonly flag: string;
  readonly deployer: string;
  readonly references: keyof typeof REFERENCES;
  readonly granted: boolean;
  readonly outcome: string;
}

const COLUMNS = ["none", "connection", "vault", "both"] as const;

const CELLS: readonly Cell[] = MATRIX.trim()
  .split("\n")
  .slice(2)
  .flatMap((line) => {
    const [head = [], without = [], withRoles = []] = line.split("|").map((part) => part.trim().split(/\s+/));
    const [identity = "", flag = "", deployer = ""] = head;
    return [without, withRoles].flatMap((outcomes, index) =>
      COLUMNS.map((references, column) => ({
        identity,
        flag,
        deployer,
        references,
        granted: index === 1,
        outcome: outcomes[column] ?? "",
      })),
    );
  });

function cellFiles({ identity, flag, references }: Cell): Record<string, string> {
  const property = flag === "absent" ? "" : `properties: { enforce_access_to_default_secret_stores: ${flag} }\n`;
  return {
    "app/endpoint.yml": `${ENDPOINT}${property}${identity === "user" ? USER_ASSIGNED.slice(ENDPOINT.length) : ""}`,
    "app/blue.yml": `${BLUE}${REFERENCES[references]}`,
  };
}

function cellConfig({ identity, deployer, granted }: Cell): Record<string, unknown> {
  const name = identity === "user" ? "shop-id" : "shop";
  const byHand = [
    { identity: name, role: SECRETS_READER, scope: "workspace" },
    { identity: name, role: "Key Vault Secrets User", scope: "vault/prod-kv" },
  ];
  return {
    ...STORES,
    identities: IDENTITIES,
    deployerMayListSecrets: deployer === "may",
    roleAssignments: [...(identity === "user" ? BASE_ROLES : []), ...(granted ? byHand : [])],
  };
}

/** The exact words of a cell: errors first, then warnings. */
function cellWords({ identity, references, outcome, flag }: Cell): string[] {
  const name = identity === "user" ? "shop-id" : "shop";
  const who = identity === "user" ? "the identity 'shop-id'" : "the identity of endpoint 'shop'";
  const first = identity === "user" ? 3 : 0;
  const add = (role: string, scope: string) =>
    `add to mlendpoints:roleAssignments: - { identity: ${name}, role: ${role}, scope: ${scope} }`;
  const remove = "remove it: an identity should hold what it needs";
  const refused =
    "remove the property and grant the identity its roles yourself, or write mlendpoints:deployerMayListSecrets: true in FILE if that is so";
  const vaultLine = references === "vault" || references === "both" ? 15 : 14;
  const words: Readonly<Record<string, readonly string[]>> = {
    "-": [],
    C: [
      `blue.yml:14:15 SecretsInjectionError environment_variables.OPENAI_KEY: ${who} may not read the connection 'openai': it has no ${SECRETS_READER} on connection/openai → ${add(SECRETS_READER, "connection/openai")}`,
    ],
    V: [
      `blue.yml:${vaultLine}:7 SecretsInjectionError environment_variables.DB: ${who} may not read the key vault 'prod-kv': it has no Key Vault Secrets User on vault/prod-kv → ${add("Key Vault Secrets User", "vault/prod-kv")}`,
    ],
    R: [
      `endpoint.yml:4:56 BadArgument properties.enforce_access_to_default_secret_stores: the endpoint is refused: whoever deploys may not list the secrets of the connections → ${refused}`,
      `blue.yml:2:16 BadArgument endpoint_name: the deployment is refused: 'shop' enforces access to secret stores, and whoever deploys may not list the secrets of the connections → ${refused}`,
    ],
    F: [
      `endpoint.yml:4:56 BadArgument properties.enforce_access_to_default_secret_stores: cannot be given with a user-assigned identity: Azure grants nothing to it by itself → remove the property and give the identity its roles yourself`,
    ],
    c: [
      `UnusedRoleAssignment roleAssignments[${first}]: nothing behind the identity '${name}' needs ${SECRETS_READER} on workspace → ${remove}`,
    ],
    a: [
      `UnusedRoleAssignment roleAssignments[${first}]: the identity '${name}' has that already: ${SECRETS_READER} on workspace, which Azure grants by itself → ${remove}`,
    ],
    v: [
      `UnusedRoleAssignment roleAssignments[${first + 1}]: nothing behind the identity '${name}' needs Key Vault Secrets User on vault/prod-kv → ${remove}`,
    ],
  };
  expect(flag).to.match(/^(absent|enabled|disabled)$/);
  return [...outcome].flatMap((letter) => words[letter] ?? [`no such outcome: ${letter}`]);
}

describe("who may read secrets", () => {
  it("has every cell of the matrix once", () => {
    const keys = CELLS.map((cell) => Object.values({ ...cell, outcome: "" }).join(" "));
    expect(new Set(keys).size).to.equal(2 * 3 * 2 * 4 * 2);
    expect(keys).to.have.length(96);
  });

  for (const cell of CELLS) {
    const { identity, flag, deployer, references, granted, outcome } = cell;
    const name = `${identity}-assigned, flag ${flag}, deployer ${deployer}, references ${references}, ${granted ? "granted" : "not granted"}: ${outcome}`;
    it(name, () => {
      const found = access(cellFiles(cell), cellConfig(cell));
      expect([...found.errors, ...found.warnings].map(words)).to.have.members(cellWords(cell));
      if (outcome.includes("F")) {
        return;
      }
      const readable = {
        OPENAI_KEY: /connection|both/.test(references) && !outcome.includes("C"),
        DB: /vault|both/.test(references) && !outcome.includes("V"),
      };
      const expected = Object.entries(readable).flatMap(([variable, may]) => (may ? [variable] : []));
      expect(found.variables?.injected.names).to.have.members(expected);
      const automatic = found.identity?.roleAssignments.filter((held) => held.automatic).map(({ role }) => role);
      expect(automatic).to.deep.equal([
        ...(identity === "system" ? ["AcrPull", "Storage Blob Data Reader", "AzureML Metrics Writer (preview)"] : []),
        ...(identity === "system" && flag === "enabled" ? [SECRETS_READER] : []),
      ]);
      expect(found.identity?.unused.map(({ role }) => role)).to.have.members([
        ...(/[ca]/.test(outcome) ? [SECRETS_READER] : []),
        ...(outcome.includes("v") ? ["Key Vault Secrets User"] : []),
      ]);
    });
  }

  it("is mended by the line that the error gives, in every cell", () => {
    const lacking = CELLS.filter(({ outcome }) => /^[CV]+$/.test(outcome));
    expect(lacking.length).to.be.greaterThan(15);
    for (const cell of lacking) {
      const config = cellConfig(cell);
      const { errors } = access(cellFiles(cell), config);
      const lines = errors.map(lineOf);
      expect(lines.every(({ key }) => key === "roleAssignments")).to.equal(true);
      const added = lines.flatMap(({ value }) => value as { identity: string }[]);
      const roleAssignments = [...(config["roleAssignments"] as unknown[]), ...added];
      const mended = access(cellFiles(cell), { ...config, roleAssignments });
      expect([...mended.errors, ...mended.warnings].map(words)).to.deep.equal([]);
    }
  });
});

describe("the basic roles of a user-assigned identity", () => {
  const files = { "app/endpoint.yml": USER_ASSIGNED };
  const at = "endpoint.yml:7:20";
  const path = "identity.user_assigned_identities[0].resource_id";
  const lack = (code: string, what: string, role: string, scope: string, rest = "") =>
    `${at} ${code} ${path}: the identity 'shop-id' may not ${what}: it has no ${role} on ${scope}${rest} → add to mlendpoints:roleAssignments: - { identity: shop-id, role: ${role}, scope: ${scope} }`;
  const WORDS = [
    lack("BadArgument", "pull the image of a deployment", "AcrPull", "registry"),
    lack("BadArgument", "read model and code", "Storage Blob Data Reader", "storage"),
    lack(
      "MissingRole",
      "write metrics of CPU, GPU, memory and disk",
      "AzureML Metrics Writer (preview)",
      "workspace",
      "; the deployments of 'shop' run without",
    ),
  ];

  for (let mask = 0; mask < 8; mask++) {
    const granted = BASE_ROLES.filter((_, bit) => (mask & (1 << bit)) !== 0);
    it(`granted: ${granted.map(({ role }) => role).join(", ") || "none"}`, () => {
      const found = access(files, { identities: IDENTITIES, roleAssignments: granted });
      const expected = WORDS.filter((_, bit) => (mask & (1 << bit)) === 0);
      expect([...found.errors, ...found.warnings].map(told)).to.deep.equal(expected);
      expect(found.errors.every(({ code }) => code === "BadArgument")).to.equal(true);
      expect(found.warnings.every(({ code }) => code === "MissingRole")).to.equal(true);
      expect(found.identity?.missing.map(({ scope }) => scope)).to.deep.equal(
        BASE_ROLES.filter((_, bit) => (mask & (1 << bit)) === 0).map(({ scope }) => scope),
      );
      const lines = [...found.errors, ...found.warnings].flatMap((error) => lineOf(error).value as object[]);
      const mended = access(files, { identities: IDENTITIES, roleAssignments: [...granted, ...lines] });
      expect([...mended.errors, ...mended.warnings]).to.deep.equal([]);
    });
  }

  it("are needed by deployments, not by an endpoint alone", () => {
    const endpoints = [{ file: "../app/endpoint.yml", deployments: [] }];
    const found = access({ "app/endpoint.yml": USER_ASSIGNED }, { identities: IDENTITIES, endpoints });
    expect([...found.errors, ...found.warnings]).to.deep.equal([]);
  });

  it("count for every endpoint behind one identity, and a grant that one of them needs is used", () => {
    const other = USER_ASSIGNED.replace("name: shop", "name: prices");
    const files = {
      "app/endpoint.yml": USER_ASSIGNED,
      "app/prices.yml": other,
      "app/blue.yml": BLUE.replace("endpoint_name: shop\n", ""),
      "app/red.yml": `${BLUE.replace("endpoint_name: shop\n", "").replace("name: blue", "name: red")}${REFERENCES.vault}`,
    };
    const endpoints = [
      { file: "../app/endpoint.yml", deployments: ["../app/blue.yml"] },
      { file: "../app/prices.yml", deployments: ["../app/red.yml"] },
    ];
    const vault = { identity: "shop-id", role: "Key Vault Secrets User", scope: "vault/prod-kv" };
    const config = { ...STORES, identities: IDENTITIES, endpoints };
    const good = access(files, { ...config, roleAssignments: [...BASE_ROLES, vault] });
    expect([...good.errors, ...good.warnings].map(told)).to.deep.equal([]);
    expect(good.identity?.unused).to.deep.equal([]);
    const bad = access(files, { ...config, roleAssignments: BASE_ROLES.slice(1) });
    expect(bad.errors.map(({ code, file }) => `${code} ${file.split("/").at(-1)}`)).to.deep.equal([
      "BadArgument endpoint.yml",
      "BadArgument prices.yml",
      "SecretsInjectionError red.yml",
    ]);
  });
});
