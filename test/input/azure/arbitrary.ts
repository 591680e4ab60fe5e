import fc from "fast-check";

/** Documents that Azure takes, as plain data in the shape of its files. They name registered assets: no file is needed. */

const word = fc.stringMatching(/^[a-z][a-z0-9]{2,9}$/);
const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{1,10}-?[a-zA-Z0-9]{1,10}$/);
const text = fc.oneof(
  word,
  fc.constantFrom(
    "two words",
    "a: b",
    "- x",
    "yes",
    "0x10",
    "1.0",
    "~",
    "",
    "#c",
    "'",
    "é",
    "{x}",
    "010",
    "1e3",
    "2001-01-01",
    ".",
  ),
);
const whole = (min: number, max: number) => fc.integer({ min, max });
/** Azure's client takes numbers in quotes too. */
const loose = (min: number, max: number) =>
  whole(min, max).chain((value) => fc.constantFrom<number | string>(value, String(value)));
const flag = fc.constantFrom<boolean | string>(true, false, "True", "false", "YES");
const anyCase = (...words: string[]) =>
  fc.constantFrom(...words.flatMap((each) => [each, each.toUpperCase(), each[0]!.toUpperCase() + each.slice(1)]));
const freeMap = fc.dictionary(word, fc.oneof(text, whole(-5, 5), fc.boolean()), { maxKeys: 3 });

/** The fields of a record, each there or not. */
function fields(required: Record<string, fc.Arbitrary<unknown>>, optional: Record<string, fc.Arbitrary<unknown>>) {
  return fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) }) as fc.Arbitrary<
    Record<string, unknown>
  >;
}

const RESOURCE = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/me";
const identity = fc.oneof(
  fc.constant({ type: "system_assigned" }),
  fc
    .constantFrom<unknown>(RESOURCE, [RESOURCE], [{ resource_id: RESOURCE }])
    .map((ids) => ({ type: "user_assigned", user_assigned_identities: ids })),
);

/** Shares of named deployments: nothing, or 100 in all. */
const traffic = fc
  .uniqueArray(word, { minLength: 1, maxLength: 4 })
  .chain((names) =>
    fc.tuple(fc.constant(names), fc.array(whole(0, 100), { minLength: names.length - 1, maxLength: names.length - 1 })),
  )
  .map(([names, cuts]) => {
    const sorted = [0, ...cuts.sort((a, b) => a - b), 100];
    return Object.fromEntries(names.map((each, index) => [each, sorted[index + 1]! - sorted[index]!]));
  });

const endpointCommon = {
  $schema: text,
  description: text,
  tags: freeMap,
  properties: freeMap,
  identity,
  traffic,
  location: word,
};

export const managedEndpoint = fields(
  { name },
  {
    ...endpointCommon,
    auth_mode: fc.oneof(anyCase("key"), fc.constantFrom("aml_token", "aad_token", "AMLToken", "AADToken")),
    mirror_traffic: whole(0, 50).map((percent) => ({ "shadow-one": percent })),
    public_network_access: anyCase("enabled", "disabled"),
  },
);

export const kubernetesEndpoint = fields(
  { name, compute: word.map((each) => `azureml:${each}`) },
  { ...endpointCommon, auth_mode: fc.constantFrom("key", "Key", "aml_token") },
);

const probe = (success: fc.Arbitrary<unknown>) =>
  fields(
    {},
    {
      initial_delay: loose(1, 600),
      period: loose(1, 300),
      timeout: loose(1, 300),
      success_threshold: success,
      failure_threshold: loose(1, 60),
    },
  );

const route = fc.record({ port: loose(1, 65535), path: word.map((each) => `/${each}`) });
const routes = fc.record({ liveness_route: route, readiness_route: route, scoring_route: route });

/** Model, code and environment that go together. */
const assets = fc.oneof(
  fc.constant({
    model: "azureml:m:1",
    code_configuration: { code: "azureml:c:1", scoring_script: "score.py" },
    environment: "azureml:e@latest",
  }),
  fc.constant({ model: "azureml:m@latest" }),
  fc.record({ environment: fc.record({ image: word, inference_config: routes }) }),
  fc.record({
    model: fc.record({
      name: word,
      version: whole(1, 9),
      path: fc.constant("azureml://datastores/d/paths/m"),
      type: anyCase("mlflow_model", "triton_model"),
    }),
  }),
  fc.record({
    model: fc.record({
      name: word,
      path: fc.constant("azureml://jobs/j/outputs/artifacts/paths/m"),
      properties: freeMap,
    }),
    environment: fields({ image: word }, { name: word, version: whole(1, 9), os_type: anyCase("linux") }),
    code_configuration: fc.constant({ code: "azureml:c:2", scoring_script: "src/score.py" }),
  }),
);

const collector = fields(
  {
    collections: fc.dictionary(
      word,
      fields(
        { enabled: fc.constantFrom<boolean | string>(true, false, "True", "FALSE") },
        {
          data: fields({}, { name: word, path: fc.constant("azureml://datastores/d/paths/x"), version: whole(1, 9) }),
          client_id: word,
        },
      ),
      { minKeys: 1, maxKeys: 4 },
    ),
  },
  {
    rolling_rate: anyCase("minute", "hour", "day"),
    sampling_rate: fc.constantFrom<unknown>(0, 0.5, 1, "0.25"),
    request_logging: fc.record({ capture_headers: fc.array(word, { maxLength: 3 }) }),
  },
);

const deploymentCommon = {
  $schema: text,
  description: text,
  tags: freeMap,
  properties: freeMap,
  environment_variables: fc.dictionary(
    fc.stringMatching(/^[A-Z_]{1,8}$/),
    fc.oneof(text, whole(0, 9), fc.boolean(), fc.constant("${{azureml://connections/c/credentials/key}}")),
    { maxKeys: 3 },
  ),
  app_insights_enabled: flag,
  liveness_probe: probe(fc.constant(1)),
  readiness_probe: probe(loose(1, 5)),
  data_collector: collector,
  model_mount_path: word.map((each) => `/${each}`),
};

export const managedDeployment = fc
  .tuple(
    fields(
      {
        name,
        endpoint_name: name,
        instance_type: anyCase("Standard_DS3_v2", "Standard_F4s_v2"),
        instance_count: loose(1, 50),
      },
      {
        ...deploymentCommon,
        type: fc.constant("managed"),
        scale_settings: fc.constantFrom({ type: "default" }, { type: "Default" }),
        request_settings: fields(
          {},
          {
            request_timeout_ms: loose(1, 180_000),
            max_concurrent_requests_per_instance: loose(1, 100),
            max_queue_wait_ms: loose(0, 1000),
          },
        ),
        egress_public_network_access: anyCase("enabled"),
        private_network_connection: flag,
      },
    ),
    assets,
  )
  .map(([own, used]) => ({ ...own, ...used }) as Record<string, unknown>);

const resources = fc.record({
  requests: fc.constantFrom({ cpu: "100m", memory: "0.5Gi" }, { cpu: "1", memory: "200Mi" }),
  limits: fc.constantFrom({ cpu: "1", memory: "1Gi" }, { cpu: "2", memory: "4Gi", "nvidia.com/gpu": "1" }),
});

export const kubernetesDeployment = fc
  .tuple(
    fields(
      { name, endpoint_name: name, type: fc.constant("kubernetes") },
      {
        ...deploymentCommon,
        instance_type: word,
        resources,
        request_settings: fields({}, { request_timeout_ms: loose(1, 300_000) }),
      },
    ),
    assets,
    fc.oneof(
      fc.record({ instance_count: loose(1, 9) }),
      fc.record({ instance_count: loose(1, 9), scale_settings: fc.constant({ type: "default" }) }),
      fc.record({
        scale_settings: fields(
          { type: fc.constantFrom("target_utilization", "TargetUtilization") },
          { max_instances: loose(1, 9), target_utilization_percentage: loose(1, 100), polling_interval: loose(1, 99) },
        ),
      }),
    ),
  )
  .map(([own, used, scale]) => ({ ...own, ...used, ...scale }) as Record<string, unknown>);
