import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Provider } from "../../../offline-providers/common/provider";
import { startProvider } from "../../../offline-providers/common/server";
import { decodeProps, encodeProps, type Props } from "../../../offline-providers/common/values";

/** A provider served in this process, spoken to as the engine does: over gRPC. */
export class ProviderClient {
  private constructor(
    private readonly rpc: ResourceProviderClient,
    private readonly stopServer: () => void,
  ) {}

  static async start<C>(provider: Provider<C>, config: Record<string, string> = {}): Promise<ProviderClient> {
    const running = await startProvider(provider);
    const rpc = new ResourceProviderClient(`127.0.0.1:${running.port}`, grpc.credentials.createInsecure());
    const client = new ProviderClient(rpc, () => running.stop());
    const request = new proto.ConfigureRequest();
    for (const [key, value] of Object.entries(config)) {
      request.getVariablesMap().set(`${provider.name}:config:${key}`, value);
    }
    try {
      await call<proto.ConfigureResponse>((done) => rpc.configure(request, done));
    } catch (error) {
      client.stop();
      throw error;
    }
    return client;
  }

  stop(): void {
    this.rpc.close();
    this.stopServer();
  }

  async check(
    urn: string,
    news: Props,
    olds: Props = {},
  ): Promise<{ inputs: Props; failures: Record<string, string> }> {
    const request = new proto.CheckRequest();
    request.setUrn(urn);
    request.setNews(encodeProps(news));
    request.setOlds(encodeProps(olds));
    const response = await call<proto.CheckResponse>((done) => this.rpc.check(request, done));
    return {
      inputs: decodeProps(response.getInputs()),
      failures: Object.fromEntries(response.getFailuresList().map((item) => [item.getProperty(), item.getReason()])),
    };
  }

  /** Check that must pass. */
  async inputs(urn: string, news: Props): Promise<Props> {
    const { inputs, failures } = await this.check(urn, news);
    if (Object.keys(failures).length > 0) {
      throw new Error(JSON.stringify(failures));
    }
    return inputs;
  }

  async diff(urn: string, state: Props, inputs: Props, ignoreChanges: string[] = []): Promise<DiffResult> {
    const request = new proto.DiffRequest();
    request.setUrn(urn);
    request.setId("any");
    request.setOlds(encodeProps(state));
    request.setNews(encodeProps(inputs));
    request.setIgnorechangesList(ignoreChanges);
    const response = await call<proto.DiffResponse>((done) => this.rpc.diff(request, done));
    const kinds = Object.keys(proto.PropertyDiff.Kind);
    const changes: Record<string, string> = {};
    response.getDetaileddiffMap().forEach((detail, path) => {
      changes[path] = kinds[detail.getKind()] ?? "";
    });
    return {
      changes,
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create(urn: string, inputs: Props, preview = false): Promise<{ id: string; state: Props }> {
    const request = new proto.CreateRequest();
    request.setUrn(urn);
    request.setProperties(encodeProps(inputs));
    request.setPreview(preview);
    const response = await call<proto.CreateResponse>((done) => this.rpc.create(request, done));
    return { id: response.getId(), state: decodeProps(response.getProperties()) };
  }

  async read(
    urn: string,
    id: string,
    state: Props,
    inputs: Props,
  ): Promise<{ id: string; state: Props; inputs: Props }> {
    const request = new proto.ReadRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setProperties(encodeProps(state));
    request.setInputs(encodeProps(inputs));
    const response = await call<proto.ReadResponse>((done) => this.rpc.read(request, done));
    return {
      id: response.getId(),
      state: decodeProps(response.getProperties()),
      inputs: decodeProps(response.getInputs()),
    };
  }

  async update(urn: string, id: string, olds: Props, news: Props, preview = false): Promise<Props> {
    const request = new proto.UpdateRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setOlds(encodeProps(olds));
    request.setNews(encodeProps(news));
    request.setPreview(preview);
    return decodeProps((await call<proto.UpdateResponse>((done) => this.rpc.update(request, done))).getProperties());
  }

  async delete(urn: string, id: string, state: Props): Promise<void> {
    const request = new proto.DeleteRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setProperties(encodeProps(state));
    await call((done) => this.rpc.delete(request, done));
  }

  async schema(): Promise<string> {
    return (
      await call<proto.GetSchemaResponse>((done) => this.rpc.getSchema(new proto.GetSchemaRequest(), done))
    ).getSchema();
  }

  async cancel(): Promise<void> {
    await call((done) => this.rpc.cancel(new Empty(), done));
  }
}

export interface DiffResult {
  /** Property path -> ADD, UPDATE_REPLACE ... */
  readonly changes: Record<string, string>;
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
}

function call<T>(start: (done: (error: grpc.ServiceError | null, response: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) =>
    start((error, response) => (error === null ? resolve(response) : reject(error))),
  );
}

export function urn(type: string, name: string): string {
  return `urn:pulumi:dev::test::${type}::${name}`;
}

/** The message an operation fails with, as the person would see it. */
export async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as grpc.ServiceError).details;
  }
  throw new Error("it did not fail");
}

/** Whether an error carries the state of a half-made resource. */
export function initFailure(error: grpc.ServiceError): proto.ErrorResourceInitFailed | undefined {
  const [details] = error.metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(details)) {
    return undefined;
  }
  const [any] = Status.deserializeBinary(details).getDetailsList();
  return any?.unpack(proto.ErrorResourceInitFailed.deserializeBinary, "pulumirpc.ErrorResourceInitFailed") ?? undefined;
}
