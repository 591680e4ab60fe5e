import path from "node:path";
import { type AssetKind, type AssetReference, isReference, parseAssetReference } from "../azure/asset-reference";
import { Environment, type EnvironmentYaml } from "../azure/deployment/schema";
import { check, nearest } from "../documents/check";
import { formatPath, type LocatedDocument, type YamlPath } from "../documents/document";
import type { SpecError } from "../documents/errors";
import { Collector, type Result } from "../documents/findings";
import type { AssetsConfig } from "./assets-config";
import type { StackConfig } from "./config";
import { readDocument } from "./read-document";

/** An asset that a reference leads to. */
export interface Found<T> {
  readonly reference: AssetReference;
  readonly name: string;
  readonly version: string;
  readonly asset: T;
  /** The document that the asset stands in, and where: its relative paths start at that document's folder. */
  readonly document: LocatedDocument;
  readonly at: YamlPath;
}

type ConfigKey = keyof AssetsConfig;
const CONFIG_KEY: Readonly<Record<AssetKind, ConfigKey>> = {
  models: "models",
  environments: "environments",
  codes: "code",
};

/** Where a reference stands, for the error when it leads nowhere. */
export interface Asker {
  readonly document: LocatedDocument;
  readonly path: YamlPath;
}

/** The registered assets of a stack: what `azureml:<name>:<version>` means in it. */
export class Assets {
  constructor(
    private readonly config: StackConfig,
    private readonly stack: LocatedDocument,
  ) {}

  /** @returns undefined, with an error where the reference stands, when it leads nowhere */
  find(kind: AssetKind, text: string, asker: Asker): Result<Found<unknown> | undefined> {
    const reference = parseAssetReference(text, kind);
    if (!isReference(reference)) {
      return { value: undefined, findings: { errors: [], warnings: [] } };
    }
    const key = CONFIG_KEY[kind];
    const registry = reference.form === "registry" ? reference.registry : undefined;
    const at: YamlPath = registry === undefined ? [key] : ["registries", registry, key];
    const assets = registry === undefined ? this.config[key] : this.config.registries[registry]?.[key];
    const entry = own((assets ?? {}) as Readonly<Record<string, VersionsConfig>>, reference.name);
    if (entry === undefined) {
      return this.refusal(asker, text, at, reference.name, Object.keys(assets ?? {}));
    }
    const version = versionOf(entry, reference);
    const asset = version === undefined ? undefined : own(entry, version);
    if (version === undefined || version === "labels" || asset === undefined) {
      const known = [...listed(entry), ...Object.keys(entry.labels ?? {})];
      return this.refusal(asker, text, [...at, reference.name], which(reference), known);
    }
    const { name } = reference;
    const found = { reference, name, version, asset, document: this.stack, at: [...at, name, version] };
    return { value: found, findings: { errors: [], warnings: [] } };
  }

  /** An environment is written in the stack's config or in a file of its own. */
  findEnvironment(text: string, asker: Asker): Result<Found<EnvironmentYaml> | undefined> {
    const result = this.find("environments", text, asker);
    if (typeof result.value?.asset !== "string") {
      return result as Result<Found<EnvironmentYaml> | undefined>;
    }
    const collector = new Collector();
    const entry = result.value;
    const document = collector.take(readDocument(result.value.asset, entry.at, this.stack));
    if (document === undefined) {
      return collector.result(undefined);
    }
    const value = { ...((document.value as object | undefined) ?? {}) } as Record<string, unknown>;
    // An asset file says which schema it follows; nothing else reads that.
    delete value.$schema;
    const terms = { rule: "schema", source: "reference-yaml-environment" } as const;
    const asset = collector.take(check(Environment, document, terms, value));
    return collector.result(asset === undefined ? undefined : { ...entry, asset, document, at: [] });
  }

  private refusal(
    asker: Asker,
    text: string,
    at: YamlPath,
    missing: string,
    known: readonly string[],
  ): Result<undefined> {
    const near = nearest(missing, known);
    const place = `mlendpoints:${formatPath(at)}`;
    const fault: SpecError = {
      code: "ResourceNotFound",
      ...asker.document.at(asker.path),
      path: formatPath(asker.path),
      message: `refers to '${missing}', which this stack does not have`,
      value: text,
      allowed: known.length === 0 ? `nothing: ${place} is empty` : known.join(", "),
      hint:
        near === undefined
          ? `add it to ${path.basename(this.stack.file)}: ${place}.${missing}`
          : `did you mean '${near}'? Or add ${place}.${missing}`,
      rule: "stack",
    };
    return { value: undefined, findings: { errors: [fault], warnings: [] } };
  }

  /** Labels that name a version which is not listed. */
  deadLabels(): SpecError[] {
    const places: [YamlPath, AssetsConfig | StackConfig][] = [
      [[], this.config],
      ...Object.entries(this.config.registries).map(([name, assets]): [YamlPath, AssetsConfig] => [
        ["registries", name],
        assets,
      ]),
    ];
    return places.flatMap(([at, assets]) =>
      Object.values(CONFIG_KEY).flatMap((key) =>
        Object.entries(assets[key] as Record<string, VersionsConfig>).flatMap(([name, entry]) =>
          this.deadLabelsOf(entry, [...at, key, name]),
        ),
      ),
    );
  }

  private deadLabelsOf(entry: VersionsConfig, at: YamlPath): SpecError[] {
    return Object.entries(entry.labels ?? {})
      .filter(([, version]) => !listed(entry).includes(version))
      .map(([label, version]): SpecError => {
        const where = [...at, "labels", label];
        return {
          code: "ResourceNotFound",
          ...this.stack.at(where),
          path: formatPath(where),
          message: `names version ${version}, which is not listed`,
          value: version,
          allowed: listed(entry).join(", "),
          hint: "name one of the versions",
          rule: "stack",
        };
      });
  }
}

type VersionsConfig = Readonly<Record<string, unknown>> & { readonly labels?: Readonly<Record<string, string>> };

function versionOf(entry: VersionsConfig, reference: AssetReference): string | undefined {
  const label = reference.form === "arm_id" ? undefined : reference.label;
  if (label === undefined) {
    return reference.version;
  }
  return own(entry.labels ?? {}, label) ?? (label === "latest" ? latest(entry) : undefined);
}

/** The newest of an asset is the one registered last: the last one listed, or the highest where all are numbers. */
function latest(entry: VersionsConfig): string | undefined {
  const versions = listed(entry);
  // JavaScript lists keys that are whole numbers by size, whatever the order in the file.
  return versions.at(-1);
}

function listed(entry: VersionsConfig): string[] {
  return Object.keys(entry).filter((key) => key !== "labels");
}

function which(reference: AssetReference): string {
  return (reference.form === "arm_id" ? undefined : reference.label) ?? reference.version ?? reference.name;
}

function own<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
