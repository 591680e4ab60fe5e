import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { parseAddress } from "../../docker-connection/address";
import { connectionVariables, resolveConnection, sourceText } from "../../docker-connection/connection";
import { explainUnreachable } from "../../docker-connection/explain";
import { dockerSettings } from "../../docker-connection/settings";
import { sshArguments } from "../../docker-connection/ssh";
import { dockerConfigDefaults, readConnection } from "../../offline-providers/docker/config";
import { DockerFolder } from "./docker-folder";

type Variables = Readonly<Record<string, string>>;

describe("docker connection: which engine is meant", () => {
  let docker: DockerFolder;
  beforeEach(() => {
    docker = new DockerFolder();
  });
  afterEach(() => docker.remove());

  const machine = (env: Variables = {}) => ({ env: { DOCKER_CONFIG: docker.folder, ...env }, home: "/nowhere" });
  function meant(settings: Parameters<typeof resolveConnection>[0], env: Variables = {}): string {
    const { address, source } = resolveConnection(settings, machine(env));
    return `${address} (${sourceText(source)})`;
  }

  it("is the usual socket when nothing is said; an empty variable says nothing", () => {
    const usual = "unix:///var/run/docker.sock (nothing names another)";
    expect(meant({})).to.equal(usual);
    expect(meant({}, { DOCKER_HOST: "", DOCKER_CONTEXT: "", DOCKER_TLS_VERIFY: "" })).to.equal(usual);
    docker.use("default");
    expect(meant({})).to.equal(usual);
  });

  it("is the docker program's current context before the usual socket, and DOCKER_HOST before that", () => {
    docker.context("factory", "tcp://10.0.0.7:2375");
    docker.use("factory");
    expect(meant({})).to.equal("tcp://10.0.0.7:2375 (the docker program's current context, factory)");
    expect(meant({}, { DOCKER_CONTEXT: "default" })).to.include("unix:///var/run/docker.sock");
    expect(meant({}, { DOCKER_HOST: "unix:///run/other.sock" })).to.equal(
      "unix:///run/other.sock (the variable DOCKER_HOST)",
    );
  });

  it("is the stack's docker:host before DOCKER_HOST, and docker:context before both", () => {
    docker.context("stack", "tcp://10.0.0.8:2375");
    const env = { DOCKER_HOST: "unix:///run/other.sock" };
    expect(meant({ host: "tcp://10.0.0.9:2375" }, env)).to.equal(
      "tcp://10.0.0.9:2375 (the stack's setting docker:host)",
    );
    expect(meant({ host: "tcp://10.0.0.9:2375", context: "stack" }, env)).to.equal(
      "tcp://10.0.0.8:2375 (the stack's setting docker:context, stack)",
    );
  });

  it("is refused where the docker program and the official provider would take different ones", () => {
    docker.context("laptop", "tcp://10.0.0.8:2375");
    const env = { DOCKER_CONTEXT: "laptop" };
    expect(meant({}, env)).to.equal("tcp://10.0.0.8:2375 (the variable DOCKER_CONTEXT, laptop)");
    expect(meant({}, { ...env, DOCKER_HOST: "tcp://10.0.0.8:2375" })).to.include("10.0.0.8");
    expect(() => meant({}, { ...env, DOCKER_HOST: "unix:///run/other.sock" })).to.throw(
      /^two Docker engines are named: tcp:\/\/10.0.0.8:2375 by the variable DOCKER_CONTEXT, laptop, unix:.* by the variable DOCKER_HOST; unset/,
    );
    expect(() => meant({ host: "unix:///run/other.sock" }, env)).to.throw("by the stack's setting docker:host");
  });

  it("says which contexts there are when one is misspelt", () => {
    docker.context("factory", "tcp://10.0.0.7:2375");
    docker.context("laptop", "tcp://10.0.0.8:2375");
    expect(() => meant({ context: "factroy" })).to.throw(/^there is no docker context "factroy" in .*factory, laptop/);
  });

  it("is told to others by the variables that they read", () => {
    docker.context("factory", "tcp://10.0.0.7:2376");
    docker.use("factory");
    const variables = connectionVariables(resolveConnection({}, machine()));
    expect(variables).to.deep.equal({ DOCKER_HOST: "tcp://10.0.0.7:2376", DOCKER_CONTEXT: "" });
    expect(meant({}, variables)).to.include("tcp://10.0.0.7:2376");
  });

  it("keeps its origin through the default that the engine hands back to a provider", () => {
    docker.context("factory", "tcp://10.0.0.7:2375");
    docker.use("factory");
    const config = dockerConfigDefaults({}, machine());
    expect(config).to.deep.equal({ host: "tcp://10.0.0.7:2375" });
    expect(readConnection({ ...config }, machine()).source).to.deep.equal({
      kind: "current context",
      context: "factory",
    });
    expect(readConnection({ host: "unix:///x.sock" }, machine()).source).to.deep.equal({ kind: "docker:host" });
    docker.use("gone");
    expect(dockerConfigDefaults({}, machine())).to.deep.equal({});
    expect(readConnection({ host: "unix:///x.sock" }, machine()).address).to.equal("unix:///x.sock");
  });
});

describe("docker connection: certificates", () => {
  let docker: DockerFolder;
  let folder: string;
  beforeEach(() => {
    docker = new DockerFolder();
    folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-certs-"));
    for (const name of ["ca", "cert", "key"]) {
      writeFileSync(path.join(folder, `${name}.pem`), name);
    }
  });
  afterEach(() => {
    docker.remove();
    rmSync(folder, { recursive: true });
  });

  const HOST = { host: "tcp://engine.example" };
  const machine = (env: Variables = {}) => ({ env: { DOCKER_CONFIG: docker.folder, ...env }, home: "/nowhere" });
  const tlsOf = (settings: Parameters<typeof resolveConnection>[0], env: Variables = {}) =>
    resolveConnection(settings, machine(env)).tls;

  it("are none by default, and never for a socket", () => {
    expect(tlsOf(HOST)).to.equal(undefined);
    expect(tlsOf({ host: "unix:///x.sock", certPath: folder })).to.equal(undefined);
  });

  it("come from docker:certPath, DOCKER_CERT_PATH, or the docker program's folder with DOCKER_TLS_VERIFY", () => {
    const all = { ca: "ca", cert: "cert", key: "key", verify: true, folder };
    expect(tlsOf({ ...HOST, certPath: folder })).to.deep.equal(all);
    expect(tlsOf(HOST, { DOCKER_CERT_PATH: folder })).to.deep.equal(all);
    expect(() => tlsOf(HOST, { DOCKER_TLS_VERIFY: "1" })).to.throw(
      `${docker.folder}/ca.pem cannot be read (named by DOCKER_TLS_VERIFY)`,
    );
    expect(
      resolveConnection(HOST, { env: { DOCKER_CONFIG: folder, DOCKER_TLS_VERIFY: "1" }, home: "/" }).tls,
    ).to.include({ ca: "ca" });
  });

  it("come with a context, and tell the other programs where they are", () => {
    docker.context("far", "tcp://engine.example:2376", { certificates: folder, skipVerify: true });
    const connection = resolveConnection({ context: "far" }, machine());
    expect(connection.tls).to.include({ cert: "cert", verify: false });
    expect(connectionVariables(connection)).to.include({ DOCKER_TLS_VERIFY: "1" });
    expect(readFileSync(path.join(connectionVariables(connection)["DOCKER_CERT_PATH"]!, "key.pem"), "utf8")).to.equal(
      "key",
    );
  });

  it("may be texts; without a CA the engine is not checked, as with the official provider", () => {
    const pair = { certMaterial: "c", keyMaterial: "k" };
    expect(tlsOf({ ...HOST, ...pair, caMaterial: "a" })).to.include({ ca: "a", cert: "c", key: "k", verify: true });
    expect(tlsOf({ ...HOST, ...pair })).to.include({ verify: false });
    expect(tlsOf(HOST, { DOCKER_CERT_MATERIAL: "c", DOCKER_KEY_MATERIAL: "k" })).to.include({ cert: "c" });
    expect(() => tlsOf({ ...HOST, certMaterial: "c" })).to.throw(
      "docker:certMaterial is given without docker:keyMaterial",
    );
    expect(() => tlsOf({ ...HOST, ...pair, certPath: folder })).to.throw("certificates are given twice");
  });

  it("settings are the package's own names, empty ones left out", () => {
    const values: Variables = { host: "unix:///x", certPath: "", more: "x" };
    expect(dockerSettings((name) => values[name], ["-v"])).to.deep.equal({ host: "unix:///x", sshOpts: ["-v"] });
  });
});

describe("docker connection: addresses", () => {
  const parsed = (address: string) => parseAddress(address, "a test");

  it("are sockets, TCP or ssh", () => {
    expect(parsed("unix:///run/docker.sock")).to.deep.equal({ kind: "socket", path: "/run/docker.sock" });
    expect(parsed("npipe:////./pipe/docker_engine")).to.deep.equal({ kind: "socket", path: "//./pipe/docker_engine" });
    expect(parsed("tcp://host:2375")).to.deep.equal({ kind: "tcp", host: "host", port: 2375, https: false });
    expect(parsed("tcp://[::1]:2375")).to.deep.equal({ kind: "tcp", host: "::1", port: 2375, https: false });
    expect(parsed("https://host")).to.deep.equal({ kind: "tcp", host: "host", port: undefined, https: true });
    expect(parsed("ssh://ada@host:2222/run/user/1/docker.sock")).to.deep.equal({
      kind: "ssh",
      user: "ada",
      host: "host",
      port: 2222,
      socket: "/run/user/1/docker.sock",
    });
  });

  it("that are none are refused with what they were and what is allowed; a password is not repeated", () => {
    for (const wrong of [
      "localhost:2375",
      "host",
      "ftp://x",
      "tcp://",
      "tcp://host/path",
      "ssh://-oProxyCommand=x",
      "",
    ]) {
      expect(() => parsed(wrong), wrong).to.throw(`"${wrong}" (from a test) is no address`);
    }
    expect(() => parsed("ssh://ada:hush@host")).to.throw(/^(?!.*hush).*write unix:/);
  });

  it("over ssh become a command of the ssh program, as the docker program forms it", () => {
    expect(
      sshArguments({ kind: "ssh", user: "ada", host: "h", port: 22, socket: "/s.sock" }, ["-i", "k"]),
    ).to.deep.equal([
      ...["-i", "k", "-o", "ConnectTimeout=30", "-T", "-l", "ada", "-p", "22", "--", "h"],
      ...["docker", "--host=unix:///s.sock", "system", "dial-stdio"],
    ]);
    expect(
      sshArguments({ kind: "ssh", user: undefined, host: "h", port: undefined, socket: undefined }, [
        "-oConnectTimeout=1",
      ]),
    ).to.deep.equal(["-oConnectTimeout=1", "-T", "--", "h", "docker", "system", "dial-stdio"]);
  });
});

describe("docker connection: an engine that cannot be reached", () => {
  const connection = resolveConnection({ host: "tcp://engine.example:2375" });

  it("is told with its address, what named it, the reason and one hint, without a stack", () => {
    const error = explainUnreachable({ code: "ECONNREFUSED", message: "connect" }, connection);
    expect(error?.message).to.match(
      /^Docker cannot be reached at tcp:\/\/engine.example:2375 \(the stack's setting docker:host\): nothing answers there; start it/,
    );
    expect(error?.stack).to.equal(error?.message);
  });

  it("is not what an answer of the engine is", () => {
    expect(explainUnreachable({ statusCode: 404, message: "no such image" }, connection)).to.equal(undefined);
    expect(explainUnreachable(new Error("anything else"), connection)).to.equal(undefined);
  });
});

describe("docker connection: one place", () => {
  it("reads the variables and makes the clients; no other source file does", () => {
    const files = readdirSync(".", { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$|test$|docker-connection$|docs$)/.test(entry.name))
      .flatMap(({ name }) =>
        readdirSync(name, { recursive: true, encoding: "utf8" }).map((file) => path.join(name, file)),
      )
      .filter((file) => /\.(ts|sh)$/.test(file) && !file.includes("node_modules"));
    expect(files.length).to.be.greaterThan(100);
    const second = files.filter((file) =>
      /env.{0,3}DOCKER_(HOST|CONTEXT|CERT_PATH|TLS_VERIFY)|\$\{?DOCKER_HOST|new Docker\(/.test(
        readFileSync(file, "utf8"),
      ),
    );
    expect(second).to.deep.equal([]);
  });
});
