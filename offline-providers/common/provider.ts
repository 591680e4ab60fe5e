import type { Failure } from "./check";
import type { Properties } from "./schema";
import type { Props } from "./values";

/** Where a resource function may say what it is doing, and learn that it should stop. */
export interface Context {
  readonly urn: string;
  /** Fires when the person cancels the deployment. */
  readonly signal: AbortSignal;
  /** A line that is shown while the work lasts and then disappears. */
  status(text: string): void;
}

/** What a resource looks like to its provider: no secret wrappers, no book-keeping, defaults filled in. */
export interface Created {
  readonly id: string;
  readonly state: Props;
}

/** One resource type as data plus the four functions that touch the outside world. */
export interface Resource<Client> {
  /** As the SDK registers it, e.g. `docker:index/network:Network`. */
  readonly token: string;
  readonly properties: Properties;
  /** The property that gets `<resource name>-<7 hex digits>` when the program gives no name. */
  readonly autoname?: string;
  readonly deleteBeforeReplace?: boolean;
  /** The official schema version, kept in the state so that an official plug-in can take the state over. */
  readonly schemaVersion?: number;
  /** Checks that need more than one property. */
  check?(inputs: Props): readonly Failure[];
  create(client: Client, inputs: Props, context: Context): Promise<Created>;
  /** The state now, or undefined when it is gone. `state` is empty for an import. May return another id. */
  read(client: Client, id: string, state: Props, context: Context): Promise<Created | undefined>;
  update?(client: Client, id: string, olds: Props, inputs: Props, context: Context): Promise<Props>;
  delete(client: Client, id: string, state: Props, context: Context): Promise<void>;
}

/** A plug-in: what it is called, how it is configured, and the resources it serves. */
export interface Provider<Client> {
  readonly name: string;
  /** Exactly the version of the npm SDK: the engine asks for that plug-in. */
  readonly version: string;
  readonly config: Properties;
  readonly resources: readonly Resource<Client>[];
  /** Defaults that come from the environment, written into the provider's inputs. */
  configDefaults?(config: Props): Props;
  /** Must not talk to anything outside: a preview configures too. */
  configure(config: Props): Client;
  /** Turns an error of a library into one sentence for the person at the terminal. */
  explain?(error: unknown, client: Client): string | undefined;
}
