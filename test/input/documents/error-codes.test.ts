import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { ERROR_CODES, type ErrorCode } from "../../../input/documents/error-codes";

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

describe("error codes", () => {
  it("are a type: a code without a row does not compile", () => {
    // @ts-expect-error: there is no such row
    const code: ErrorCode = "OutOfQuotas";
    expect(ERROR_CODES.map((row) => row.code)).not.to.include(code);
  });

  it("of our own are each given by something", () => {
    const texts = [...sources("input"), ...sources("plan"), ...sources("scoring-image")]
      .filter((file) => !file.endsWith("error-codes.ts"))
      .map((file) => readFileSync(file, "utf8"));
    const own = ERROR_CODES.filter(({ from }) => from === "mlendpoints").map(({ code }) => code);
    expect(own.filter((code) => !texts.some((text) => text.includes(`"${code}"`)))).to.deep.equal([]);
  });

  it("stand there once", () => {
    const codes = ERROR_CODES.map(({ code }) => code);
    expect(codes).to.have.length(new Set(codes).size);
  });

  it("include every code of Azure's troubleshooting page, with the kinds it is for", () => {
    const rowOf = (code: string) => ERROR_CODES.find((row) => row.code === code);
    for (const code of AZURE_BOTH) {
      expect(rowOf(code), code).to.deep.include({ from: "azure", kinds: ["managed", "kubernetes"] });
    }
    for (const code of AZURE_KUBERNETES) {
      expect(rowOf(code), code).to.deep.include({ from: "azure", kinds: ["kubernetes"] });
    }
    expect(rowOf("WorkspaceManagedNetworkNotReady")).to.deep.include({ from: "azure", kinds: ["managed"] });
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
});
