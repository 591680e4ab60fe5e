import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { automaticName } from "./autoname";
import { checkInputs, type Failure } from "./check";
import { type Change, diffState, isIgnored } from "./diff";
import type { EngineLog } from "./engine-log";
import { InitFailed, ProviderError } from "./errors";
import type { Context, Provider, Resource } from "./provider";
import { parseUrn } from "./rpc";
import { childPath } from "./schema";
import { mergedState, plannedState, refreshedInputs, withoutBookkeeping, withSecrets } from "./state";
import { decodeProps, encodeProps, isList, type Props, revealProps, sameValue } from "./values";

const BOOKKEEPING = ["__defaults", "__meta"];

/** The life of every resource, the same for each type: only the table and the four functions differ. */
export class ResourceService<Client> {
  private readonly resources: ReadonlyMap<string, Resource<Client>>;

  constructor(
    private readonly provider: Provider<Client>,
    private readonly client: () => Client,
    private readonly log: EngineLog,
    private readonly signal: AbortSignal,
  ) {
    this.resources = new Map(provider.resources.map((resource) => [resource.token, resource]));
  }

  async check(request: proto.CheckRequest): Promise<proto.CheckResponse> {
    const resource = this.resourceOf(request.getUrn());
    const checked = checkInputs(resource.properties, decodeProps(request.getNews()));
    const { inputs } = checked;
    const failures: Failure[] = [...checked.failures];
    if (resource.autoname !== undefined && inputs[resource.autoname] === undefined) {
      const defaults = inputs["__defaults"];
      const name = automaticName(resource.autoname, revealProps(decodeProps(request.getOlds())), {
        resourceName: parseUrn(request.getUrn()).name,
        seed: request.getRandomseed_asU8(),
        options: request.getAutonaming(),
      });
      if (name === undefined) {
        failures.push({ property: resource.autoname, reason: "is required: automatic naming is off" });
      } else {
        inputs[resource.autoname] = name;
        inputs["__defaults"] = [...(isList(defaults) ? defaults : []), resource.autoname];
      }
    }
    if (failures.length === 0 && resource.check !== undefined) {
      failures.push(...resource.check(revealProps(withoutBookkeeping(resource.properties, inputs))));
    }
    return checkResponse(inputs, failures);
  }

  async diff(request: proto.DiffRequest): Promise<proto.DiffResponse> {
    const resource = this.resourceOf(request.getUrn());
    const state = this.bareState(resource, decodeProps(request.getOlds()));
    const news = revealProps(decodeProps(request.getNews()));
    const inputs = withoutBookkeeping(resource.properties, news);
    const changes = diffState(resource.properties, state, inputs).filter(
      (change) => !isIgnored(change.path, request.getIgnorechangesList()),
    );
    const replaces = changes.filter((change) => change.replace);
    return diffResponse(changes, replaces.length > 0 && this.deletesFirst(resource, state, news));
  }

  /** A name chosen by the program can exist once only, so the old one has to go before the new one comes. */
  private deletesFirst(resource: Resource<Client>, state: Props, news: Props): boolean {
    if (resource.deleteBeforeReplace === true) {
      return true;
    }
    if (resource.autoname === undefined) {
      return false;
    }
    const defaults = news["__defaults"];
    const chosen = isList(defaults) && !defaults.includes(resource.autoname);
    return chosen && sameValue(state[resource.autoname], news[resource.autoname]);
  }

  async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    const resource = this.resourceOf(request.getUrn());
    const wrapped = withoutBookkeeping(resource.properties, decodeProps(request.getProperties()));
    const inputs = revealProps(wrapped);
    const response = new proto.CreateResponse();
    if (request.getPreview()) {
      response.setProperties(
        encodeProps(withSecrets(resource.properties, plannedState(resource.properties, inputs), wrapped)),
      );
      return response;
    }
    const created = await this.attempt(resource, wrapped, () =>
      resource.create(this.client(), inputs, this.context(request.getUrn())),
    );
    response.setId(created.id);
    response.setProperties(encodeProps(this.finished(resource, created.state, wrapped)));
    return response;
  }

  async read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
    const resource = this.resourceOf(request.getUrn());
    const olds = decodeProps(request.getProperties());
    const oldInputs = decodeProps(request.getInputs());
    const response = new proto.ReadResponse();
    const state = this.bareState(resource, olds);
    const found = await this.attempt(resource, olds, () =>
      resource.read(this.client(), request.getId(), state, this.context(request.getUrn())),
    );
    // An empty id is how a provider says that the resource is gone.
    if (found === undefined) {
      return response;
    }
    response.setId(found.id);
    response.setProperties(encodeProps(this.finished(resource, found.state, olds, oldInputs)));
    const inputs = refreshedInputs(resource.properties, oldInputs, found.state);
    const bookkeeping: Props = "__defaults" in inputs ? { __defaults: inputs["__defaults"] ?? [] } : {};
    response.setInputs(encodeProps({ ...withSecrets(resource.properties, inputs, oldInputs, olds), ...bookkeeping }));
    return response;
  }

  async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
    const resource = this.resourceOf(request.getUrn());
    const olds = decodeProps(request.getOlds());
    const wrapped = withoutBookkeeping(resource.properties, decodeProps(request.getNews()));
    const inputs = revealProps(wrapped);
    const state = this.bareState(resource, olds);
    const merged = mergedState(resource.properties, state, inputs);
    const work = resource.update?.bind(resource);
    const next =
      request.getPreview() || work === undefined
        ? merged
        : await this.attempt(resource, wrapped, () =>
            work(this.client(), request.getId(), state, inputs, this.context(request.getUrn())),
          );
    const response = new proto.UpdateResponse();
    response.setProperties(encodeProps(this.finished(resource, next, wrapped, olds)));
    return response;
  }

  async delete(request: proto.DeleteRequest): Promise<void> {
    const resource = this.resourceOf(request.getUrn());
    const olds = decodeProps(request.getProperties());
    await this.attempt(resource, olds, () =>
      resource.delete(this.client(), request.getId(), this.bareState(resource, olds), this.context(request.getUrn())),
    );
  }

  private async attempt<Result>(
    resource: Resource<Client>,
    secrets: Props,
    work: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof InitFailed) {
        throw new InitFailed(error.message, error.id, this.finished(resource, error.state, secrets));
      }
      const text = this.provider.explain?.(error, this.client());
      throw text === undefined ? error : new ProviderError(text);
    }
  }

  /** The outputs to record: secrets wrapped, and the schema version an official plug-in would look for. */
  private finished(resource: Resource<Client>, state: Props, ...secrets: readonly Props[]): Props {
    const outputs = withSecrets(resource.properties, state, ...secrets);
    if (resource.schemaVersion === undefined) {
      return outputs;
    }
    return { ...outputs, __meta: JSON.stringify({ schema_version: String(resource.schemaVersion) }) };
  }

  private bareState(resource: Resource<Client>, olds: Props): Props {
    const state = revealProps(olds);
    for (const key of BOOKKEEPING) {
      delete state[key];
    }
    return withoutBookkeeping(resource.properties, state);
  }

  private context(urn: string): Context {
    return {
      urn,
      signal: this.signal,
      status: (text) => this.log.status(urn, text),
    };
  }

  private resourceOf(urn: string): Resource<Client> {
    const { type } = parseUrn(urn);
    const resource = this.resources.get(type);
    if (resource !== undefined) {
      return resource;
    }
    const served = [...this.resources.keys()].join(", ");
    throw new ProviderError(
      `the offline provider "${this.provider.name}" does not serve ${type}. It serves ${served}. ` +
        "With internet access, install the official plug-in: pulumi plugin install resource " +
        `${this.provider.name} ${this.provider.version}`,
    );
  }
}

export function checkResponse(inputs: Props, failures: readonly Failure[]): proto.CheckResponse {
  const response = new proto.CheckResponse();
  response.setInputs(encodeProps(inputs));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new proto.CheckFailure();
      failure.setProperty(property);
      // The engine says the property and its value itself.
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

const KINDS = {
  add: [proto.PropertyDiff.Kind.ADD, proto.PropertyDiff.Kind.ADD_REPLACE],
  delete: [proto.PropertyDiff.Kind.DELETE, proto.PropertyDiff.Kind.DELETE_REPLACE],
  update: [proto.PropertyDiff.Kind.UPDATE, proto.PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

export function diffResponse(changes: readonly Change[], deleteBeforeReplace: boolean): proto.DiffResponse {
  const response = new proto.DiffResponse();
  const some = changes.length > 0;
  response.setChanges(some ? proto.DiffResponse.DiffChanges.DIFF_SOME : proto.DiffResponse.DiffChanges.DIFF_NONE);
  response.setHasdetaileddiff(some);
  response.setDeletebeforereplace(deleteBeforeReplace);
  for (const change of changes) {
    const detail = new proto.PropertyDiff();
    detail.setKind(KINDS[change.kind][change.replace ? 1 : 0]);
    response.getDetaileddiffMap().set(change.path, detail);
  }
  response.setDiffsList(topLevel(changes));
  response.setReplacesList(topLevel(changes.filter((change) => change.replace)));
  return response;
}

const topLevel = (changes: readonly Change[]): string[] => [
  ...new Set(changes.map(({ path }) => path.split(/[.[]/, 1)[0] ?? childPath("", path))),
];
