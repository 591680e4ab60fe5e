import { expect } from "chai";
import { hostSuite, linesFor, parseDeb822, parseOneLine } from "../../engine/apt";
import { byDistance, suiteFor } from "../../engine/base-image";

describe("engine: the host's Debian sources", () => {
  const deb822 = [
    "# comment",
    "Types: deb deb-src",
    "URIs: http://mirror/debian",
    "Suites: bookworm bookworm-updates bookworm-backports",
    "Components: main",
    "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg",
    "",
    "Types: deb",
    "URIs: http://mirror/debian-security",
    "Suites: bookworm-security",
    "Components: main",
    "",
    "Types: deb",
    "Enabled: no",
    "URIs: http://off/debian",
    "Suites: bookworm",
    "Components: main",
  ].join("\n");

  it("reads one-line entries with and without options", () => {
    const text =
      "# deb http://off bookworm main\ndeb [signed-by=/k arch=amd64] http://mirror/debian bookworm main contrib # x\n";
    expect(parseOneLine(text)).to.deep.equal([
      { uri: "http://mirror/debian", suite: "bookworm", components: ["main", "contrib"] },
    ]);
  });

  it("reads stanzas and leaves out those that are switched off", () => {
    expect(parseDeb822(deb822).map((source) => `${source.uri} ${source.suite}`)).to.deep.equal([
      "http://mirror/debian bookworm",
      "http://mirror/debian bookworm-updates",
      "http://mirror/debian bookworm-backports",
      "http://mirror/debian-security bookworm-security",
    ]);
  });

  it("builds the host's own release with updates and security fixes, without backports and foreign archives", () => {
    const sources = [...parseDeb822(deb822), { uri: "http://vendor", suite: "stable", components: ["main"] }];
    expect(linesFor("bookworm", sources, "bookworm")).to.deep.equal([
      "deb http://mirror/debian bookworm main",
      "deb http://mirror/debian bookworm-updates main",
      "deb http://mirror/debian-security bookworm-security main",
    ]);
  });

  it("builds another release from the same mirrors", () => {
    expect(linesFor("trixie", parseDeb822(deb822), "bookworm")).to.deep.equal([
      "deb http://mirror/debian trixie main",
      "deb http://mirror/debian-security trixie-security main",
    ]);
  });

  it("has no lines where the host has none for its release", () => {
    expect(linesFor("bookworm", [], "bookworm")).to.deep.equal([]);
    expect(linesFor("bookworm", parseDeb822(deb822), undefined)).to.deep.equal([]);
  });

  it("knows the release by its code name", () => {
    expect(hostSuite('ID=debian\nVERSION_CODENAME=bookworm\nVERSION_ID="12"\n')).to.equal("bookworm");
    expect(hostSuite("ID=arch\n")).to.equal(undefined);
  });

  it("knows which release brings which Python, and that none brings 3.12", () => {
    expect(suiteFor("3.11")).to.equal("bookworm");
    expect(suiteFor("3.12")).to.equal(undefined);
  });

  it("takes the nearest Python where the wanted one cannot be had, the older of two neighbours", () => {
    expect(byDistance("3.12", ["3.9", "3.11", "3.13"])).to.deep.equal(["3.12", "3.11", "3.13", "3.9"]);
    expect(byDistance("3.12", ["3.12", "3.13"])).to.deep.equal(["3.12", "3.13"]);
  });
});
