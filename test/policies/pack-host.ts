import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import proto from "@pulumi/pulumi/proto/analyzer_pb";
import empty from "google-protobuf/google/protobuf/empty_pb";
import struct from "google-protobuf/google/protobuf/struct_pb";

/** What the pack says of a resource. */
export interface Diagnostic {
  readonly policy: string;
  readonly level: Level;
  readonly message: string;
}

export type Level = "advisory" | "mandatory" | "remediate" | "disabled";

export interface Resource {
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** Of the component that it is in; of ours by default. */
  readonly parentType?: string;
}

/** Level and config of some policies, as in the file of `--policy-pack-config`. */
export type PackConfig = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface PolicyInfo {
  readonly name: string;
  readonly description: string;
  readonly level: Level;
  readonly severity: number;
  readonly url: string;
  readonly fix: string;
  readonly defaults: Readonly<Record<string, unknown>>;
}

const LEVELS: Readonly<Record<Level, proto.EnforcementLevel>> = {
  advisory: proto.EnforcementLevel.ADVISORY,
  mandatory: proto.EnforcementLevel.MANDATORY,
  disabled: proto.EnforcementLevel.DISABLED,
  remediate: proto.EnforcementLevel.REMEDIATE,
};

/** Stands for a value that is known only after the update. It is what the engine sends in preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const RESOURCE_NAME = "under-test";

/** The pack as the engine runs it: its own process, asked over the engine's own protocol. */
export class PackHost {
  private configured?: string;

  private constructor(
    private readonly child: ChildProcess,
    private readonly client: AnalyzerClient,
    readonly policies: readonly PolicyInfo[],
  ) {}

  static async start(): Promise<PackHost> {
    const run = path.resolve(__dirname, "../../policies/run.sh");
    // The address is the engine's; nothing is sent there unless the pack fails.
    const child = spawn(run, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "inherit"] });
    const port = await new Promise<string>((resolve, reject) => {
      child.stdout.once("data", (data: Buffer) => resolve(data.toString().trim()));
      child.once("exit", (code) => reject(new Error(`the policy pack ended with ${code}`)));
    });
    const client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const info = await answer<proto.AnalyzerInfo>((done) => client.getAnalyzerInfo(new empty.Empty(), done));
    return new PackHost(child, client, info.getPoliciesList().map(policyInfo));
  }

  stop(): void {
    this.client.close();
    this.child.kill();
  }

  /** What the pack reports in a preview or an update. */
  async analyze(resource: Resource, config: PackConfig = {}): Promise<Diagnostic[]> {
    await this.configure(config);
    const response = await answer<proto.AnalyzeResponse>((done) => this.client.analyze(requestFor(resource), done));
    return response.getDiagnosticsList().map((diagnostic) => ({
      policy: diagnostic.getPolicyname(),
      level: levelOf(diagnostic.getEnforcementlevel()),
      message: diagnostic.getMessage(),
    }));
  }

  /** What one policy reports, the others being switched off. */
  analyzeBy(policy: string, resource: Resource, config: Readonly<Record<string, unknown>>): Promise<Diagnostic[]> {
    const others = this.policies.map(({ name }): [string, PackConfig[string]] => [
      name,
      { enforcementLevel: "disabled" },
    ]);
    return this.analyze(resource, { ...Object.fromEntries(others), [policy]: config });
  }

  /** The properties that go on to the provider, and what is said when a remediation could not run. */
  async remediate(
    resource: Resource,
    config: PackConfig,
  ): Promise<{ props: Resource["props"]; said: string[]; by: string[] }> {
    await this.configure(config);
    const response = await answer<proto.RemediateResponse>((done) => this.client.remediate(requestFor(resource), done));
    const all = response.getRemediationsList();
    const last = all.findLast((remediation) => remediation.hasProperties());
    return {
      props: (last?.getProperties()?.toJavaScript() as Resource["props"] | undefined) ?? resource.props,
      said: all.map((remediation) => remediation.getDiagnostic()).filter((text) => text !== ""),
      by: all.filter((remediation) => remediation.hasProperties()).map((remediation) => remediation.getPolicyname()),
    };
  }

  /** As the engine does before the first resource: the defaults of the schemas, then what is given. */
  private async configure(given: PackConfig): Promise<void> {
    const key = JSON.stringify(given);
    if (key === this.configured) {
      return;
    }
    this.configured = key;
    const request = new proto.ConfigureAnalyzerRequest();
    for (const { name, level, defaults } of this.policies) {
      const { enforcementLevel, ...values } = { ...defaults, ...given[name] };
      const config = new proto.PolicyConfig();
      config.setEnforcementlevel(LEVELS[(enforcementLevel as Level | undefined) ?? level]);
      config.setProperties(struct.Struct.fromJavaScript(sent(values)));
      request.getPolicyconfigMap().set(name, config);
    }
    await answer<empty.Empty>((done) => this.client.configure(request, done));
  }
}

function requestFor({
  type,
  props,
  parentType = "mlendpoints:index:OnlineDeployment",
}: Resource): proto.AnalyzeRequest {
  const chain = type.startsWith("mlendpoints:") || parentType === "" ? type : `${parentType}$${type}`;
  const options = new proto.AnalyzerResourceOptions();
  options.setCustomtimeouts(new proto.AnalyzerResourceOptions.CustomTimeouts());
  return new proto.AnalyzeRequest()
    .setType(type)
    .setUrn(`urn:pulumi:test::project::${chain}::${RESOURCE_NAME}`)
    .setName(RESOURCE_NAME)
    .setOptions(options)
    .setProperties(struct.Struct.fromJavaScript(sent(props)));
}

/** Absent values are not sent. */
function sent(values: Readonly<Record<string, unknown>>): Record<string, struct.JavaScriptValue> {
  return JSON.parse(JSON.stringify(values)) as Record<string, struct.JavaScriptValue>;
}

function policyInfo(info: proto.PolicyInfo): PolicyInfo {
  const schema = (info.getConfigschema()?.getProperties()?.toJavaScript() ?? {}) as Record<
    string,
    { default?: unknown }
  >;
  const defaults = Object.entries(schema).filter(([, key]) => key.default !== undefined);
  return {
    name: info.getName(),
    description: info.getDescription(),
    level: levelOf(info.getEnforcementlevel()),
    severity: info.getSeverity(),
    url: info.getUrl(),
    fix: info.getRemediationSteps(),
    defaults: Object.fromEntries(defaults.map(([name, key]) => [name, key.default])),
  };
}

function levelOf(number: proto.EnforcementLevel): Level {
  const found = (Object.keys(LEVELS) as Level[]).find((level) => LEVELS[level] === number);
  if (found === undefined) {
    throw new Error(`no such level: ${number}`);
  }
  return found;
}

function answer<T>(ask: (done: (error: ServiceError | null, response: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    ask((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}
