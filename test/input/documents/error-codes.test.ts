import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { ERROR_CODES, findErrorCode } from "../../../input/documents/error-codes";

/** The codes that how-to-troubleshoot-online-endpoints explains for both kinds, and those for Kubernetes alone. */
const AZURE_BOTH = [
  "ImageBuildFailure",
  "OutOfQuota",
  "BadArgument",
  "ResourceNotReady",
  "ResourceNotFound",
  "OperationCanceled",
  "SecretsInjectionError",
  "InternalServerError",
  "BadRequest",
  "MissingDriverProgram",
  "PodOutOfMemory",
];
const AZURE_KUBERNETES = [
  "ACRSecretError",
  "TokenRefreshFailed",
  "GetAADTokenFailed",
  "ACRAuthenticationChallengeFailed",
  "ACRTokenExchangeFailed",
  "KubernetesUnaccessible",
  "ImagePullLoopBackOff",
  "DeploymentCrashLoopBackOff",
  "KubernetesCrashLoopBackOff",
  "UserScriptInitFailed",
  "UserScriptImportError",
  "UserScriptFunctionNotFound",
  "NamespaceNotFound",
  "EndpointNotFound",
  "EndpointAlreadyExists",
  "ScoringFeUnhealthy",
  "ValidateScoringFailed",
  "InvalidDeploymentSpec",
  "PodUnschedulable",
  "InferencingClientCallFailed",
];

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? sources(file) : file.endsWith(".ts") ? [file] : [];
  });
}

/** Every code that a source text gives to a fault: `code: "X"`, also behind a condition and in `fault("X", …)`. */
function codesIn(text: string): string[] {
  const given = [...text.matchAll(/\bcode:\s*([^,}]*)/g)].map((match) => match[1]!);
  const passed = [...text.matchAll(/\b(?:fault|refuse|breach|warn|error)\(\s*("[A-Z][A-Za-z]+")/g)].map(
    (match) => match[1]!,
  );
  return [...given, ...passed].flatMap((part) => [...part.matchAll(/"([A-Z][A-Za-z]+)"/g)].map((match) => match[1]!));
}

describe("error codes", () => {
  it("are found in source text in all their forms", () => {
    expect(codesIn('{ code: "OutOfQuota", x: "Other" }')).to.deep.equal(["OutOfQuota"]);
    expect(codesIn('code: missing ? "MissingField" : "InvalidType",')).to.deep.equal(["MissingField", "InvalidType"]);
    expect(codesIn('code:\n  a ?? "InvalidValue",\n message: "Hint"')).to.deep.equal(["InvalidValue"]);
    expect(codesIn('fault("BadArgument", "Message")')).to.deep.equal(["BadArgument"]);
  });

  it("of input/ and plan/ all have a row", () => {
    const used = [...sources("input"), ...sources("plan")].flatMap((file) =>
      codesIn(readFileSync(file, "utf8")).map((code) => ({ code, file })),
    );
    expect(used.length).to.be.greaterThan(50);
    const unknown = used.filter(({ code }) => findErrorCode(code) === undefined);
    expect(unknown, "add these codes to input/documents/error-codes.ts").to.deep.equal([]);
  });

  it("stand there once", () => {
    const codes = ERROR_CODES.map(({ code }) => code);
    expect(codes).to.have.length(new Set(codes).size);
  });

  it("include every code of Azure's troubleshooting page, with the kinds it is for", () => {
    for (const code of AZURE_BOTH) {
      expect(findErrorCode(code), code).to.deep.include({ from: "azure", kinds: ["managed", "kubernetes"] });
    }
    for (const code of AZURE_KUBERNETES) {
      expect(findErrorCode(code), code).to.deep.include({ from: "azure", kinds: ["kubernetes"] });
    }
    expect(findErrorCode("WorkspaceManagedNetworkNotReady")).to.deep.include({ from: "azure", kinds: ["managed"] });
    expect(ERROR_CODES.filter(({ from }) => from === "azure")).to.have.length(
      AZURE_BOTH.length + AZURE_KUBERNETES.length + 1,
    );
  });

  it("say what they mean; Azure's say where Azure does", () => {
    for (const { code, meaning, from, source } of ERROR_CODES) {
      expect(code).to.match(/^[A-Z][A-Za-z]+$/);
      expect(meaning, code).to.match(/^[a-z].*[^.]$|^Azure.*[^.]$/);
      expect(source, code).to.equal(from === "azure" ? "how-to-troubleshoot-online-endpoints" : undefined);
    }
  });

  it("are compared as written", () => {
    expect(findErrorCode("outofquota")).to.equal(undefined);
    expect(findErrorCode("constructor")).to.equal(undefined);
  });
});
