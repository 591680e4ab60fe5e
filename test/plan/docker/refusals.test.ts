import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import type { SpecError } from "../../../input/documents/errors";
import { ownValues } from "../../../input/stack/config";
import { loadStack } from "../../../input/stack/load";
import { deploymentRefusals, endpointRefusals } from "../../../plan/docker/refusals";
import { correct, stackFolder } from "../../fixtures/stack";

function refusals(changes: Readonly<Record<string, string>>): SpecError[] {
  const folder = stackFolder(changes);
  try {
    const values = ownValues((parse(readFileSync(folder.file, "utf8")) as { config: Record<string, unknown> }).config);
    return loadStack({ file: folder.file, values }).endpoints.flatMap(({ endpoint, deployments }) => [
      ...endpointRefusals(endpoint),
      ...deployments.flatMap(deploymentRefusals),
    ]);
  } finally {
    folder.remove();
  }
}

const ENDPOINT = correct("app/endpoint.yml");
const BLUE = correct("app/blue.yml");

function blue(added: string): Record<string, string> {
  return { "app/blue.yml": `${BLUE}${added}\n` };
}

describe("what the Docker target cannot do", () => {
  it("is nothing in a plain stack", () => {
    expect(refusals({})).to.deep.equal([]);
  });

  const rows: readonly { readonly what: string; readonly changes: Record<string, string>; readonly place: string }[] = [
    {
      what: "Entra tokens",
      changes: { "app/endpoint.yml": ENDPOINT.replace("key", "aad_token") },
      place: "endpoint.yml:3:12 auth_mode",
    },
    {
      what: "mirrored traffic",
      changes: {
        "app/endpoint.yml": `${ENDPOINT}mirror_traffic:\n  green: 10\n`,
        "stacks/Pulumi.test.yaml": correct("stacks/Pulumi.test.yaml").replace("90, green: 10", "100, green: 0"),
      },
      place: "endpoint.yml:5:3 mirror_traffic",
    },
    {
      what: "a private endpoint",
      changes: { "app/endpoint.yml": `${ENDPOINT}public_network_access: disabled\n` },
      place: "endpoint.yml:4:24 public_network_access",
    },
    {
      what: "an MLflow model",
      changes: { "app/blue.yml": BLUE.replace("path: ./model", "path: ./model\n  type: mlflow_model") },
      place: "blue.yml:5:9 model.type",
    },
    { what: "a mount path", changes: blue("model_mount_path: /models"), place: "blue.yml:13:19 model_mount_path" },
    {
      what: "Application Insights",
      changes: blue("app_insights_enabled: true"),
      place: "blue.yml:13:23 app_insights_enabled",
    },
    {
      what: "the data collector",
      changes: blue("data_collector: { collections: { request: { enabled: 'True' } } }"),
      place: "blue.yml:13:17 data_collector",
    },
    {
      what: "closing the way out",
      changes: blue("egress_public_network_access: disabled"),
      place: "blue.yml:13:31 egress_public_network_access",
    },
    {
      what: "a script without run()",
      changes: { "app/code/score.py": "def init():\n    pass\n" },
      place: "blue.yml:7:19 code_configuration.scoring_script",
    },
    {
      what: "a custom container",
      changes: {
        "app/blue.yml": BLUE.replace(
          "  conda_file: ./conda.yml\n",
          `  inference_config:\n${["liveness", "readiness", "scoring"].map((route) => `    ${route}_route: { port: 80, path: / }\n`).join("")}`,
        ),
      },
      place: "blue.yml:10:5 environment.inference_config",
    },
  ];
  for (const { what, changes, place } of rows) {
    it(`names ${what} with its place`, () => {
      const found = refusals(changes);
      expect(
        found.map(({ file, line, column, path }) => `${file.split("/").at(-1)}:${line}:${column} ${path}`),
      ).to.include(place);
      expect(found.every(({ code, rule }) => code === "NotSupported" && rule === "target")).to.equal(true);
    });
  }

  it("takes what is switched off", () => {
    expect(
      refusals(blue("app_insights_enabled: false\ndata_collector: { collections: { request: { enabled: 'False' } } }")),
    ).to.deep.equal([]);
  });
});
