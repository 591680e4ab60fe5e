import { compareSync } from "bcryptjs";
import { expect } from "chai";
import { type Props, Secret, UNKNOWN } from "../../offline-providers/common/values";
import { randomProvider } from "../../offline-providers/random/provider";
import { ProviderClient, urn } from "./support/client";

describe("random provider", () => {
  let provider: ProviderClient;
  before(async () => {
    provider = await ProviderClient.start(randomProvider);
  });
  after(() => provider.stop());

  const passwordUrn = urn("random:index/randomPassword:RandomPassword", "p");

  async function make(where: string, news: Props): Promise<{ id: string; state: Props; inputs: Props }> {
    const inputs = await provider.inputs(where, news);
    return { ...(await provider.create(where, inputs)), inputs };
  }
  const hidden = (value: unknown): string => String((value as Secret).value);

  it("a password obeys its shape, is secret, and has a bcrypt hash of the official form", async () => {
    const { id, state } = await make(passwordUrn, { length: 40, special: false, minNumeric: 30, minUpper: 5 });
    expect(id).to.equal("none");
    const result = hidden(state["result"]);
    expect(result).to.match(/^[A-Za-z0-9]{40}$/);
    expect(result.replace(/\D/g, "").length).to.be.at.least(30);
    expect(result.replace(/[^A-Z]/g, "").length).to.be.at.least(5);
    expect(state["bcryptHash"]).to.be.instanceOf(Secret);
    expect(hidden(state["bcryptHash"])).to.match(/^\$2a\$10\$/);
    expect(compareSync(result, hidden(state["bcryptHash"]))).to.equal(true);
    expect(state).to.include({ special: false, number: true, numeric: true, lower: true, minLower: 0 });
  });

  it("overrideSpecial replaces the special characters", async () => {
    const { state } = await make(passwordUrn, {
      length: 50,
      overrideSpecial: "-",
      lower: false,
      upper: false,
      numeric: false,
    });
    expect(hidden(state["result"])).to.equal("-".repeat(50));
  });

  it("is kept while nothing changes, and made new when a keeper or the shape changes", async () => {
    const { state, inputs } = await make(passwordUrn, { length: 20, keepers: { version: "1" } });
    const changesFor = async (news: Props): Promise<object> =>
      (await provider.diff(passwordUrn, state, await provider.inputs(passwordUrn, { ...inputs, ...news }))).changes;
    expect(await changesFor({})).to.deep.equal({});
    expect(await changesFor({ keepers: { version: "2" } })).to.deep.equal({ "keepers.version": "UPDATE_REPLACE" });
    expect(await changesFor({ length: 21 })).to.deep.equal({ length: "UPDATE_REPLACE" });
    expect(await changesFor({ special: false })).to.deep.equal({ special: "UPDATE_REPLACE" });
    expect(await changesFor({ special: true }), "what it already is").to.deep.equal({});
    const seen = await provider.read(passwordUrn, "none", state, inputs);
    expect(seen.state).to.deep.equal(state);
    expect(seen.inputs).to.deep.equal(inputs);
  });

  it("refuses shapes that cannot be", async () => {
    const faults = async (news: Props): Promise<string[]> =>
      Object.keys((await provider.check(passwordUrn, news)).failures);
    expect(await faults({})).to.deep.equal(["length"]);
    expect(await faults({ length: 0 })).to.deep.equal(["length"]);
    expect(await faults({ length: 3, minLower: 4 })).to.deep.equal(["length"]);
    expect(await faults({ length: 3, numeric: true, number: false })).to.deep.equal(["number"]);
    expect(await faults({ length: 3, lower: false, upper: false, numeric: false, special: false })).to.deep.equal([
      "lower",
    ]);
    expect(await faults({ length: 8, lenght: 8 })).to.deep.equal(["lenght"]);
  });

  it("a preview knows the shape and not the result", async () => {
    const { state } = await provider.create(passwordUrn, await provider.inputs(passwordUrn, { length: 8 }), true);
    expect(state["length"]).to.equal(8);
    expect(state["result"]).to.deep.equal(new Secret(UNKNOWN));
  });

  it("a password is imported as with the official plug-in", async () => {
    const password = await provider.read(passwordUrn, "s3cret", {}, {});
    expect(password.id).to.equal("none");
    expect(hidden(password.state["result"])).to.equal("s3cret");
    expect(password.inputs["length"]).to.equal(6);
  });
});
