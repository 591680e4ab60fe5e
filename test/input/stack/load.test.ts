import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { type SpecError, SpecErrors } from "../../../input/documents/errors";
import { loadStack } from "../../../input/stack/load";
import type { StackSpec } from "../../../input/stack/spec";
import { correct, stackFolder } from "../../fixtures/stack";

type Changes = Readonly<Record<string, string | undefined>>;

function load(changes: Changes = {}): StackSpec {
  const folder = stackFolder(changes);
  try {
    const config = (parse(readFileSync(folder.file, "utf8"))?.config ?? {}) as Record<string, unknown>;
    const values = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key.replace("mlendpoints:", ""), value]),
    );
    return loadStack({ file: folder.file, values });
  } finally {
    folder.remove();
  }
}

function errorsOf(changes: Changes): SpecError[] {
  try {
    load(changes);
  } catch (error) {
    if (error instanceof SpecErrors) {
      return [...error.errors];
    }
    throw error;
  }
  return [];
}

/** File name, line, column, code and path: what a user needs to find the place. */
function places(errors: readonly SpecError[]): string[] {
  return errors.map(
    ({ file, line, column, code, path }) => `${file.split("/").slice(-2).join("/")}:${line}:${column} ${code} ${path}`,
  );
}

/** A blue deployment with one line replaced. */
function blue(line: string, replacement: string): Changes {
  const text = correct("app/blue.yml");
  expect(text).to.include(line);
  return { "app/blue.yml": text.replace(line, replacement) };
}

describe("loadStack", () => {
  it("reads a stack with all defaults of Azure filled in", () => {
    const spec = load();
    expect(spec.endpoints).to.have.length(1);
    const { endpoint, deployments } = spec.endpoints[0]!;
    expect(endpoint).to.include({ name: "shop", authMode: "key" });
    expect(endpoint.identity).to.deep.equal({ type: "system_assigned", enforceSecretAccess: false });
    expect(endpoint.traffic).to.deep.equal({ blue: 90, green: 10 });
    const first = deployments[0]!;
    expect(first).to.deep.include({
      name: "blue",
      instanceCount: 1,
      request: { timeoutMs: 5000, maxConcurrentRequestsPerInstance: 1, maxQueueWaitMs: 500 },
      environmentVariables: {},
      readiness: {
        initialDelaySeconds: 10,
        periodSeconds: 10,
        timeoutSeconds: 2,
        successThreshold: 1,
        failureThreshold: 30,
      },
    });
    expect(first.instanceType).to.include({ family: "standardDSv2Family", cores: 4 });
    expect(first.model).to.include({ version: "1" });
    expect(first.code?.scoringScript).to.equal("score.py");
  });

  it("takes the endpoint's own traffic when the stack says nothing", () => {
    const spec = load({
      "stacks/Pulumi.test.yaml": correct("stacks/Pulumi.test.yaml").replace(/ +traffic.*\n/, ""),
      "app/endpoint.yml": `${correct("app/endpoint.yml")}traffic:\n  BLUE: 100\n`,
    });
    expect(spec.endpoints[0]!.endpoint.traffic).to.deep.equal({ blue: 100 });
  });

  it("keeps a traffic of zero", () => {
    const spec = load({
      "stacks/Pulumi.test.yaml": correct("stacks/Pulumi.test.yaml").replace(
        "blue: 90, green: 10",
        "blue: 0, green: 100",
      ),
    });
    expect(spec.endpoints[0]!.endpoint.traffic).to.deep.equal({ blue: 0, green: 100 });
  });

  const single: readonly { readonly what: string; readonly changes: Changes; readonly place: string }[] = [
    {
      what: "an unknown field",
      changes: blue("instance_count: 1", "instance_count: 1\ninstance_cuont: 2"),
      place: "app/blue.yml:13:1 UnknownField instance_cuont",
    },
    {
      what: "a missing field",
      changes: blue("instance_count: 1\n", ""),
      place: "app/blue.yml:1:1 MissingField instance_count",
    },
    {
      what: "a value of the wrong type",
      changes: blue("instance_count: 1", "instance_count: two"),
      place: "app/blue.yml:12:17 InvalidType instance_count",
    },
    {
      what: "a value out of range",
      changes: blue("instance_count: 1", "instance_count: 0"),
      place: "app/blue.yml:12:17 InvalidValue instance_count",
    },
    { what: "a bad name", changes: blue("name: blue", "name: 1blue"), place: "app/blue.yml:1:7 BadArgument name" },
    {
      what: "an unknown VM size",
      changes: blue("Standard_DS3_v2", "Standard_DS33_v2"),
      place: "app/blue.yml:11:16 BadArgument instance_type",
    },
    {
      what: "a missing model",
      changes: blue("./model", "./models"),
      place: "app/blue.yml:4:9 FileNotFound model.path",
    },
    {
      what: "a missing script",
      changes: blue("score.py", "scores.py"),
      place: "app/blue.yml:7:19 FileNotFound code_configuration.scoring_script",
    },
    {
      what: "another endpoint's deployment",
      changes: blue("endpoint_name: shop", "endpoint_name: store"),
      place: "app/blue.yml:2:16 BadArgument endpoint_name",
    },
    {
      what: "YAML that is none",
      changes: { "app/endpoint.yml": "name: [shop\n" },
      place: "app/endpoint.yml:2:1 InvalidYaml ",
    },
    {
      what: "a model that is only named",
      changes: blue("model:\n  path: ./model", "model: azureml:mine:1"),
      place: "app/blue.yml:3:8 ResourceNotFound model",
    },
    {
      what: "an unknown field inside one of several forms",
      changes: blue("conda_file: ./conda.yml", "conda_file: ./conda.yml\n  imagge: x"),
      place: "app/blue.yml:10:3 UnknownField environment.imagge",
    },
    {
      what: "a deployment file that is not there",
      changes: { "app/green.yml": undefined },
      place: "stacks/Pulumi.test.yaml:4:38 FileNotFound endpoints[0].deployments[1]",
    },
    {
      what: "traffic that does not add up",
      changes: { "stacks/Pulumi.test.yaml": correct("stacks/Pulumi.test.yaml").replace("green: 10", "green: 20") },
      place: "stacks/Pulumi.test.yaml:5:16 BadArgument traffic",
    },
    {
      what: "traffic to nobody",
      changes: { "stacks/Pulumi.test.yaml": correct("stacks/Pulumi.test.yaml").replace("green: 10", "gren: 10") },
      place: "stacks/Pulumi.test.yaml:5:28 BadArgument traffic.gren",
    },
    {
      what: "an unknown key of the stack",
      changes: { "stacks/Pulumi.test.yaml": `${correct("stacks/Pulumi.test.yaml")}  mlendpoints:quotta: {}\n` },
      place: "stacks/Pulumi.test.yaml:6:3 UnknownField quotta",
    },
  ];
  for (const { what, changes, place } of single) {
    it(`shows ${what} where it stands`, () => {
      const errors = errorsOf(changes);
      // Both deployments use the one script of the fixture; one fault of a shared file may show once for each.
      expect(places(errors)).to.include(place);
      expect(new Set(places(errors).map((text) => text.replace("green.yml", "blue.yml"))).size).to.equal(1);
      for (const error of errors) {
        expect(error.hint).to.not.equal("");
      }
    });
  }

  const odd: readonly { readonly what: string; readonly changes: Changes; readonly place: string }[] = [
    {
      what: "an alias without an anchor",
      changes: { "app/endpoint.yml": "name: *x\n" },
      place: "app/endpoint.yml:1:7 InvalidYaml ",
    },
    {
      what: "aliases that never end",
      changes: {
        "app/endpoint.yml": `a: &a [${"x,".repeat(9)}]\nb: &b [${"*a,".repeat(9)}]\nc: &c [${"*b,".repeat(9)}]\nd: [${"*c,".repeat(9)}]\n`,
      },
      place: "app/endpoint.yml:1:1 InvalidYaml ",
    },
    {
      what: "a tag that nobody knows",
      changes: { "app/endpoint.yml": "name: !mine shop\n" },
      place: "app/endpoint.yml:1:7 InvalidYaml ",
    },
    { what: "an empty file", changes: { "app/endpoint.yml": "" }, place: "app/endpoint.yml:1:1 InvalidYaml " },
    {
      what: "a conda file that is a folder",
      changes: blue("./conda.yml", "./code"),
      place: "app/blue.yml:9:15 InvalidValue environment.conda_file",
    },
    {
      what: "a script outside the code",
      changes: blue("score.py", "../conda.yml"),
      place: "app/blue.yml:7:19 FileNotFound code_configuration.scoring_script",
    },
    {
      what: "a variable with an impossible name",
      changes: blue("instance_count: 1", 'instance_count: 1\nenvironment_variables: { "A=B": c }'),
      place: "app/blue.yml:13:26 BadArgument environment_variables.A=B",
    },
    {
      what: "a quota for a family that does not exist",
      changes: {
        "stacks/Pulumi.test.yaml": `${correct("stacks/Pulumi.test.yaml")}  mlendpoints:quota: { families: { standardDSv22Family: 3 } }\n`,
      },
      place: "stacks/Pulumi.test.yaml:6:36 InvalidValue quota.families.standardDSv22Family",
    },
  ];
  for (const { what, changes, place } of odd) {
    it(`refuses ${what}`, () => {
      expect(places(errorsOf(changes))).to.deep.equal([place]);
    });
  }

  it("tells a fault of a shared conda file once", () => {
    const errors = errorsOf({ "app/conda.yml": "dependencies:\n  - python=2.7\n" });
    expect(errors).to.have.length(1);
  });

  it("takes a script whose functions are imported over several lines", () => {
    expect(errorsOf({ "app/code/score.py": "from core import (\n    init,\n    run,\n)\n" })).to.deep.equal([]);
  });

  it("refuses a model whose name would lead out of the image's folder", () => {
    const errors = errorsOf(blue("path: ./model", "name: ../../x\n  path: ./model"));
    expect(places(errors)).to.deep.equal(["app/blue.yml:4:9 BadArgument model.name"]);
  });

  it("refuses traffic that names a deployment twice, and a router that would listen everywhere by mistake", () => {
    const text = correct("stacks/Pulumi.test.yaml");
    const twice = errorsOf({ "stacks/Pulumi.test.yaml": text.replace("blue: 90, green: 10", "blue: 100, Blue: 100") });
    expect(twice.map(({ message }) => message)).to.include(
      "names a deployment twice: upper and lower case are the same to Azure",
    );
    expect(errorsOf({ "stacks/Pulumi.test.yaml": `${text}  mlendpoints:router: { host: my-host }\n` })).to.have.length(
      1,
    );
    expect(errorsOf({ "stacks/Pulumi.test.yaml": `${text}  mlendpoints:router: { host: localhost }\n` })).to.deep.equal(
      [],
    );
  });

  it("suggests the word that was meant", () => {
    const [error] = errorsOf(blue("instance_count: 1", "instance_count: 1\nrequest_setings: {}"));
    expect(error!.hint).to.equal("did you mean 'request_settings'?");
  });

  it("reports every fault of every file at once", () => {
    const errors = errorsOf({
      ...blue("instance_count: 1", "instance_count: -1\ncolour: blue"),
      "app/green.yml": correct("app/green.yml").replace("./conda.yml", "./none.yml").replace("Standard_DS3_v2", "huge"),
      "app/endpoint.yml": "name: shop\nauth_mode: none\n",
    });
    expect(places(errors).sort()).to.deep.equal([
      "app/blue.yml:12:17 InvalidValue instance_count",
      "app/blue.yml:13:1 UnknownField colour",
      "app/endpoint.yml:2:12 InvalidValue auth_mode",
      "app/green.yml:11:16 BadArgument instance_type",
      "app/green.yml:9:15 FileNotFound environment.conda_file",
    ]);
  });

  it("shows no stack trace", () => {
    try {
      load(blue("instance_count: 1", "instance_count: 0"));
      expect.fail("accepted");
    } catch (error) {
      expect((error as Error).stack).to.equal((error as Error).message);
    }
  });
});
