import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { checkInputs } from "./check";
import { diffState } from "./diff";
import { EngineLog } from "./engine-log";
import { ProviderError } from "./errors";
import type { Provider } from "./provider";
import { packageSchema } from "./pulumi-schema";
import { unary, unimplemented } from "./rpc";
import { checkResponse, diffResponse, ResourceService } from "./service";
import { withoutBookkeeping } from "./state";
import { decodeProps, type Props, revealProps } from "./values";

/** Engine book-keeping that arrives among a provider's inputs. */
const ENGINE_KEYS = new Set(["version", "pluginDownloadURL", "pluginChecksums", "__internal", "__defaults"]);
// The engine's own limit for one message: a large file in an upload must not be cut off by gRPC's 4 MB.
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

export interface RunningProvider {
  readonly port: number;
  /** Refuses new calls and tells when the ones in progress have ended. */
  finish(done: () => void): void;
  stop(): void;
}

/** Serves a provider on a free local port, as a plug-in process does. */
export async function startProvider<Client>(provider: Provider<Client>, engine?: string): Promise<RunningProvider> {
  const log = new EngineLog(engine);
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  const cancel = new AbortController();
  server.addService(ResourceProviderService, implementation(provider, log, cancel));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    port,
    finish: (done) => server.tryShutdown(() => done()),
    stop: () => {
      log.close();
      server.forceShutdown();
    },
  };
}

function implementation<Client>(
  provider: Provider<Client>,
  log: EngineLog,
  cancel: AbortController,
): grpc.UntypedServiceImplementation {
  let client: { readonly value: Client } | undefined;
  const configured = (): Client => {
    if (client === undefined) {
      throw new ProviderError(`the provider "${provider.name}" was used before Configure`);
    }
    return client.value;
  };
  const service = new ResourceService(provider, configured, log, cancel.signal);
  const handlers = {
    getPluginInfo: unary<Empty, PluginInfo>(async () => {
      const info = new PluginInfo();
      info.setVersion(provider.version);
      return info;
    }),
    getSchema: unary<proto.GetSchemaRequest, proto.GetSchemaResponse>(async () => {
      const response = new proto.GetSchemaResponse();
      response.setSchema(packageSchema(provider));
      return response;
    }),
    attach: unary<{ getAddress(): string }, Empty>(async (request) => {
      log.attach(request.getAddress());
      return new Empty();
    }),
    cancel: unary<Empty, Empty>(async () => {
      cancel.abort();
      return new Empty();
    }),
    checkConfig: unary<proto.CheckRequest, proto.CheckResponse>(async (request) => {
      const given = decodeProps(request.getNews());
      const checked = checkInputs(provider.config, parseNested(provider, own(given)));
      // What the engine keeps among a provider's inputs must come back as it was, and so must the JSON texts.
      return checkResponse({ ...provider.configDefaults?.(given), ...given }, checked.failures);
    }),
    diffConfig: unary<proto.DiffRequest, proto.DiffResponse>(async (request) => {
      const [olds, news] = [request.getOlds(), request.getNews()].map((struct) =>
        own(revealProps(decodeProps(struct))),
      );
      // No official setting forces the provider's resources to be replaced.
      return diffResponse(diffState(provider.config, olds ?? {}, news ?? {}), false);
    }),
    configure: unary<proto.ConfigureRequest, proto.ConfigureResponse>(async (request) => {
      const variables: Props = {};
      for (const [key, value] of request.getVariablesMap().toArray()) {
        variables[key.split(":").pop() ?? key] = value;
      }
      const config = parseNested(provider, own({ ...provider.configDefaults?.(variables), ...variables }));
      client = { value: provider.configure(revealProps(withoutBookkeeping(provider.config, config))) };
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setAcceptresources(true);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    check: unary((request: proto.CheckRequest) => service.check(request)),
    diff: unary((request: proto.DiffRequest) => service.diff(request)),
    create: unary((request: proto.CreateRequest) => service.create(request)),
    read: unary((request: proto.ReadRequest) => service.read(request)),
    update: unary((request: proto.UpdateRequest) => service.update(request)),
    delete: unary<proto.DeleteRequest, Empty>(async (request) => {
      await service.delete(request);
      return new Empty();
    }),
  };
  const refused = ["handshake", "parameterize", "invoke", "call", "construct", "getMapping", "getMappings"] as const;
  return {
    ...Object.fromEntries(refused.map((method) => [method, unimplemented(method)])),
    ...handlers,
    list: (call: grpc.ServerWritableStream<proto.ListRequest, proto.ListResponse>) =>
      call.emit("error", { code: grpc.status.UNIMPLEMENTED, details: "list is not served by this offline provider" }),
  };
}

const own = (props: Props): Props => Object.fromEntries(Object.entries(props).filter(([key]) => !ENGINE_KEYS.has(key)));

/** Provider settings that are no strings travel as JSON texts. */
function parseNested<Client>(provider: Provider<Client>, config: Props): Props {
  const parsed: Props = {};
  for (const [key, value] of Object.entries(config)) {
    const type = provider.config[key]?.type;
    const isText = type === undefined || type === "string" || typeof value !== "string";
    parsed[key] = isText ? value : (JSON.parse(value) as Props[string]);
  }
  return parsed;
}
