import { z } from "zod";
import { Environment } from "../azure/deployment/schema";
import { freeMap, word } from "../azure/fields";

/** An asset's versions: what `azureml:<name>:<version>` means in this stack. `labels` names some of them. */
function versions<T extends z.ZodType>(asset: T, what: string) {
  return z
    .object({
      labels: z
        .record(z.string().min(1), z.union([z.string(), z.int()]).transform(String))
        .optional()
        .describe("label to version; 'latest' is the last version listed, unless it stands here"),
    })
    .catchall(asset)
    .describe(what);
}

const ModelAsset = z
  .union([
    z.string().min(1),
    z.strictObject({
      path: z.string().min(1).describe("file or folder of the model"),
      type: word(
        ["custom_model", "mlflow_model", "triton_model"],
        "kind of the model (default: custom_model)",
      ).optional(),
      properties: freeMap("names and values of your own").optional(),
    }),
  ])
  .describe("a path, or an object with 'path'");

const EnvironmentAsset = z
  .union([z.string().min(1), Environment])
  .describe("path of an environment file, or an object with 'image' or 'build'");

const CodeAsset = z.string().min(1).describe("folder of the code");

/** `mlendpoints:models`, `:environments` and `:code`: what registered assets are in this stack. */
export const AssetsConfigSchema = z.strictObject({
  models: z
    .record(z.string().min(1), versions(ModelAsset, "versions of a model"))
    .default({})
    .describe("models by name and version"),
  environments: z
    .record(z.string().min(1), versions(EnvironmentAsset, "versions of an environment"))
    .default({})
    .describe("environments by name and version"),
  code: z
    .record(z.string().min(1), versions(CodeAsset, "versions of a code folder"))
    .default({})
    .describe("code by name and version"),
});

export type AssetsConfig = z.output<typeof AssetsConfigSchema>;

/** `mlendpoints:registries`: what `azureml://registries/<registry>/…` means. */
export const RegistriesConfigSchema = z
  .record(z.string().min(1), AssetsConfigSchema)
  .default({})
  .describe("registries by name, each with models, environments and code");
