import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { holdsPassword, hostNetwork, overlayFiles, writeHostConfig } from "../../scoring-image/hostcfg";
import { effectiveSettings, pipFiles } from "../../scoring-image/pip-settings";

describe("engine: effective pip settings", () => {
  it("lets later files win over earlier ones, [install] over [global], and variables over files", () => {
    const texts = [
      "[global]\nindex-url = https://a/simple\ntimeout = 5\n",
      "[install]\nindex-url = https://b/simple\n",
    ];
    expect(effectiveSettings(texts, {})).to.deep.equal({ "index-url": "https://b/simple", timeout: "5" });
    expect(effectiveSettings(texts, { PIP_INDEX_URL: "https://c/simple" })).to.include({
      "index-url": "https://c/simple",
    });
  });

  it("reads continuation lines, comments and both ways to write a name", () => {
    const text = "# ours\n[global]\nextra_index_url =\n  https://a/simple\n  https://b/simple\n; end\ntimeout: 9\n";
    expect(effectiveSettings([text], {})).to.deep.equal({
      "extra-index-url": "https://a/simple\nhttps://b/simple",
      timeout: "9",
    });
  });

  it("knows default-timeout as another name of timeout", () => {
    expect(effectiveSettings([], { PIP_DEFAULT_TIMEOUT: "180" })).to.deep.equal({ timeout: "180" });
  });

  it("takes an empty variable as unset, as pip does", () => {
    expect(effectiveSettings([], { PIP_INDEX_URL: "" })).to.deep.equal({});
  });

  it("reads no file when PIP_CONFIG_FILE is /dev/null", () => {
    expect(pipFiles({ PIP_CONFIG_FILE: "/dev/null" }, "/home/a")).to.deep.equal([]);
    expect(pipFiles({ PIP_CONFIG_FILE: "/srv/pip.conf" }, "/home/a").at(-1)).to.equal("/srv/pip.conf");
  });
});

describe("engine: hostcfg overlay", () => {
  let dir: string;
  let bundle: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "mlendpoints-hostcfg-"));
    bundle = path.join(dir, "bundle.pem");
    writeFileSync(bundle, "CERTIFICATES\n");
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const listing = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
      .sort();

  it("is a .keep where the host has nothing special", () => {
    const target = path.join(dir, "hostcfg");
    writeHostConfig(target, { pip: {}, bundle: undefined });
    expect(listing(target)).to.deep.equal([".keep"]);
  });

  it("carries certificates, index and time-out for pip and uv", () => {
    const pip = { "index-url": "https://user:pw@host/simple", "extra-index-url": "https://x/s", timeout: "60" };
    const files = overlayFiles({ pip, bundle });
    expect(files.get("etc/ssl/certs/ca-certificates.crt")).to.equal("CERTIFICATES\n");
    expect(files.get("etc/pip.conf")).to.equal(
      [
        "[global]",
        "cert = /etc/ssl/certs/ca-certificates.crt",
        "index-url = https://user:pw@host/simple",
        "extra-index-url = https://x/s",
        "timeout = 60",
        "",
      ].join("\n"),
    );
    expect(files.get("etc/uv/uv.toml")).to.equal(
      [
        "system-certs = true",
        "[[index]]",
        'url = "https://x/s"',
        "[[index]]",
        'url = "https://user:pw@host/simple"',
        "default = true",
        "",
      ].join("\n"),
    );
  });

  it("drops settings that name paths of the host", () => {
    const pip = {
      "find-links": "/opt/wheels",
      "cache-dir": "/var/cache/pip",
      cert: "/srv/own.pem",
      log: "/tmp/pip.log",
    };
    expect([...overlayFiles({ pip, bundle: undefined }).keys()]).to.deep.equal([]);
  });

  it("takes the bundle pip is told, then those of the usual variables", () => {
    const env = { PIP_CONFIG_FILE: "/dev/null", SSL_CERT_FILE: bundle };
    expect(hostNetwork(env).bundle).to.equal(bundle);
    expect(hostNetwork({ ...env, PIP_CERT: "/does/not/exist" }).bundle).to.equal(bundle);
  });

  it("removes what an earlier run left and does not touch what is right", () => {
    const target = path.join(dir, "hostcfg");
    mkdirSync(path.join(target, "etc/uv"), { recursive: true });
    writeFileSync(path.join(target, "etc/uv/uv.toml"), "old");
    writeHostConfig(target, { pip: { timeout: "9" }, bundle: undefined });
    expect(listing(target)).to.deep.equal(["etc/pip.conf"]);
    const file = path.join(target, "etc/pip.conf");
    const before = statSync(file, { bigint: true }).mtimeNs;
    writeHostConfig(target, { pip: { timeout: "9" }, bundle: undefined });
    expect(statSync(file, { bigint: true }).mtimeNs).to.equal(before);
  });

  it("is readable by the owner alone where it may hold credentials", () => {
    const target = path.join(dir, "hostcfg");
    writeHostConfig(target, { pip: { "index-url": "https://user:pw@host/simple" }, bundle });
    expect(statSync(path.join(target, "etc/pip.conf")).mode & 0o777).to.equal(0o600);
    expect(readFileSync(path.join(target, "etc/uv/uv.toml"), "utf8")).to.include("pw");
    expect(statSync(path.join(target, "etc/uv/uv.toml")).mode & 0o777).to.equal(0o600);
  });

  it("knows whether there is a password in it", () => {
    const of = (pip: Record<string, string>) => holdsPassword({ pip, bundle: undefined });
    expect(of({ "index-url": "https://index.example.org/simple" })).to.equal(false);
    expect(
      of({ "index-url": "https://index.example.org/simple", "extra-index-url": "https://ada:pw@host/simple" }),
    ).to.equal(true);
    expect(of({ proxy: "http://ada:pw@proxy.example.org:3128" })).to.equal(true);
    expect(of({})).to.equal(false);
  });
});
