/** The stack's own settings, `docker:host` and so on, with the names and meanings of the official Docker provider. */
export interface DockerSettings {
  /** `unix:///path`, `tcp://name:port` or `ssh://user@name`. */
  readonly host?: string | undefined;
  /** Name of a context of the docker program; takes precedence over `host`. */
  readonly context?: string | undefined;
  /** Folder with `ca.pem`, `cert.pem` and `key.pem`. Excludes the three materials. */
  readonly certPath?: string | undefined;
  /** PEM text. Without it the engine's certificate is not checked, as with the official provider. */
  readonly caMaterial?: string | undefined;
  /** PEM text; goes together with `keyMaterial`. */
  readonly certMaterial?: string | undefined;
  readonly keyMaterial?: string | undefined;
  /** Further options of the ssh program. */
  readonly sshOpts?: readonly string[];
}

const TEXTS = ["host", "context", "certPath", "caMaterial", "certMaterial", "keyMaterial"] as const;

/** Settings from anything that looks a text up by its name: a stack's config, a provider's configuration. */
export function dockerSettings(
  text: (name: string) => string | undefined,
  sshOpts?: readonly string[],
): DockerSettings {
  const given = TEXTS.flatMap((name) => {
    const value = text(name);
    return value === undefined || value === "" ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(given), ...(sshOpts === undefined ? {} : { sshOpts }) };
}
