import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";

export interface StackSize {
  readonly endpoints: number;
  /** Of each endpoint. */
  readonly deployments: number;
}

export interface StackFiles {
  /** The stack's config file. */
  readonly file: string;
  remove(): void;
}

/** What all deployments share: a folder of code, a folder with a model, a conda file. */
const SHARED: Readonly<Record<string, string>> = {
  "app/conda.yml": `dependencies:
  - python=3.12
  - pip:
      - azureml-inference-server-http
`,
  "app/code/score.py": `def init():
    pass


def run(body):
    return body
`,
  "app/model/weights.txt": "1 2 3\n",
};

/**
 * Writes a stack into a temporary folder: each endpoint and each deployment has a file of its own.
 *
 * @param config more of the stack's config, by the part of its keys that follows `mlendpoints:`
 */
export function writeStack(size: StackSize, config: Readonly<Record<string, unknown>>): StackFiles {
  const root = mkdtempSync(path.join(tmpdir(), "mlendpoints-bench-"));
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  };
  for (const [name, text] of Object.entries(SHARED)) {
    write(name, text);
  }
  const deployments = numbered("deployment", size.deployments);
  const endpoints = numbered("endpoint", size.endpoints).map((endpoint) => {
    write(`app/${endpoint}/endpoint.yml`, endpointText(endpoint, deployments));
    for (const deployment of deployments) {
      write(`app/${endpoint}/${deployment}.yml`, deploymentText(endpoint, deployment));
    }
    return {
      file: `../app/${endpoint}/endpoint.yml`,
      deployments: deployments.map((deployment) => `../app/${endpoint}/${deployment}.yml`),
    };
  });
  const values = Object.entries({ ...config, endpoints }).map(([key, value]) => [`mlendpoints:${key}`, value]);
  write("stacks/Pulumi.bench.yaml", stringify({ config: Object.fromEntries(values) }));
  return {
    file: path.join(root, "stacks/Pulumi.bench.yaml"),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function numbered(word: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${word}-${index + 1}`);
}

/** All traffic goes to the first deployment. */
function endpointText(name: string, deployments: readonly string[]): string {
  const traffic = deployments[0] === undefined ? "" : `traffic:\n  ${deployments[0]}: 100\n`;
  return `$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineEndpoint.schema.json
name: ${name}
auth_mode: key
${traffic}`;
}

function deploymentText(endpoint: string, name: string): string {
  return `$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
name: ${name}
endpoint_name: ${endpoint}
model:
  path: ../model
code_configuration:
  code: ../code
  scoring_script: score.py
environment:
  image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
  conda_file: ../conda.yml
environment_variables:
  MODEL_NAME: ${name}
  WORKER_COUNT: "2"
instance_type: Standard_DS3_v2
instance_count: 2
request_settings:
  request_timeout_ms: 3000
  max_concurrent_requests_per_instance: 2
`;
}
