import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import type { InferenceStackArgs } from "../../components/args";
import { InferenceStack } from "../../components/stack";
import { ownValues } from "../../input/stack/config";
import { contentHash } from "../../plan/hash";
import { CONTAINER_RECIPE } from "../../plan/plan-deployment";
import { correct, stackFolder } from "../fixtures/stack";
import { awaitOutput, mockEngine, type Registered } from "../support/mocks";
import { RECIPES } from "./recipes";

/** Two instances with plain and secret variables: all that an instance can have. */
const BLUE =
  correct("app/blue.yml").replace("instance_count: 1", "instance_count: 2") +
  "environment_variables: { PLAIN: value, KEY: '${{azureml://connections/store/credentials/key}}' }\n";

const CONFIG = {
  connections: { store: { credentials: { key: "value" } } },
  roleAssignments: [
    {
      identity: "shop",
      role: "Azure Machine Learning Workspace Connection Secrets Reader",
      scope: "connection/store",
    },
  ],
};

const SIZINGS: readonly Readonly<Record<string, unknown>>[] = [
  { docker: { sizing: "shares" } },
  { docker: { sizing: "limits", capacity: { cores: 64, memoryGib: 256 } } },
];

/** Inputs of the instances of a stack, without their generation: another recipe is another generation, too. */
async function instances(extra: Readonly<Record<string, unknown>>): Promise<unknown[]> {
  const resources = await mockEngine();
  const folder = stackFolder({ "app/blue.yml": BLUE });
  const { config } = parse(readFileSync(folder.file, "utf8")) as { config: Record<string, unknown> };
  const args = { ...ownValues(config), ...CONFIG, ...extra } as unknown as InferenceStackArgs;
  const { deployed } = new InferenceStack("test", { ...args, configFile: folder.file });
  const { endpoints } = await awaitOutput(deployed);
  folder.remove();
  const generations = Object.values(endpoints).flatMap(({ deployments }) =>
    Object.values(deployments).map(({ generation }) => generation),
  );
  return resources
    .filter(({ type }) => type === "docker:index/container:Container")
    .filter(isInstance)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ inputs }) => JSON.parse(without(generations, JSON.stringify(inputs))) as unknown);
}

function isInstance({ inputs }: Registered): boolean {
  const labels = inputs["labels"] as readonly { label: string; value: string }[];
  return labels.some(({ label, value }) => label === "mlendpoints.role" && value === "instance");
}

function without(generations: readonly string[], text: string): string {
  return generations.reduce((current, generation) => current.replaceAll(generation, "GENERATION"), text);
}

describe("CONTAINER_RECIPE", () => {
  it("is counted up with every change of how an instance is made", async () => {
    const made = [];
    for (const sizing of SIZINGS) {
      const found = await instances(sizing);
      // Two of blue, one of green.
      expect(found).to.have.length(3);
      made.push(...found);
    }
    expect(CONTAINER_RECIPE, "count CONTAINER_RECIPE up, and add its line to test/components/recipes.ts").to.equal(
      RECIPES.length,
    );
    expect(RECIPES[CONTAINER_RECIPE - 1], "an instance is made in another way: add a recipe, change none").to.equal(
      contentHash(made),
    );
  });

  it("never goes back to a way that was left: each is another", () => {
    expect(new Set(RECIPES).size).to.equal(RECIPES.length);
  });
});
