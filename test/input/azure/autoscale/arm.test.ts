import { expect } from "chai";
import fc from "fast-check";
import { isAutoscale } from "../../../../input/azure/autoscale/spec";
import { runs } from "../../../support/effort";
import { armProfile, armRule, armRuleIn, armText, DEPLOYMENT_ID, ENDPOINT_ID, one, parse, places } from "./support";

const RESOURCE = {
  type: "Microsoft.Insights/autoscaleSettings",
  apiVersion: "2022-10-01",
  location: "eastus",
  tags: {},
};

function weekend(fields: object = {}, schedule: object = {}): Readonly<Record<string, unknown>> {
  return armProfile({
    name: "weekend",
    rules: [],
    recurrence: {
      frequency: "Week",
      schedule: {
        timeZone: "Pacific Standard Time",
        days: ["Saturday", "Sunday"],
        hours: [6],
        minutes: [0],
        ...schedule,
      },
    },
    ...fields,
  });
}

/** The default profile over again, from Monday: what ends the weekend. */
function weekdays(): Readonly<Record<string, unknown>> {
  return weekend({ name: '{"name":"my-scale-settings","for":"weekend"}' }, { days: ["Monday"] });
}

function fixed(fixedDate: object): Readonly<Record<string, unknown>> {
  return armProfile({ name: "launch", fixedDate });
}

describe("autoscale in Azure's form", () => {
  it("reads the documented setting: two bounds, out and in on the CPU, out on the endpoint's latency", () => {
    const latency = armRule({ metricName: "RequestLatency", metricResourceUri: ENDPOINT_ID }, { value: "1" });
    const spec = one(armText([armProfile({ rules: [armRule(), armRuleIn(), latency] })]));
    expect(spec).to.deep.include({ name: "shop", enabled: true, target: { endpoint: "shop", deployment: "blue" } });
    const [profile] = spec.profiles;
    expect(profile).to.deep.include({ name: "my-scale-settings", capacity: { minimum: 2, maximum: 5, default: 2 } });
    expect(profile?.rules[0]).to.deep.equal({
      metric: "CpuUtilizationPercentage",
      resource: "deployment",
      timeGrainSeconds: 60,
      statistic: "Average",
      timeWindowSeconds: 300,
      timeAggregation: "Last",
      operator: "GreaterThan",
      threshold: 70,
      dimensions: [],
      dividePerInstance: false,
      action: { direction: "Increase", type: "ChangeCount", value: 2, cooldownSeconds: 3600 },
    });
    expect(profile?.rules[1]?.action).to.deep.include({ direction: "Decrease", value: 1 });
    expect(profile?.rules[2]).to.deep.include({ metric: "RequestLatency", resource: "endpoint" });
  });

  it("reads a resource, its properties, what `show` prints, and templates with lists and maps of them", () => {
    const properties = JSON.parse(armText());
    const resource = { ...RESOURCE, name: "shop", properties };
    const expected = one(JSON.stringify(properties));
    const template = {
      $schema: "https://schema.example/deploymentTemplate.json#",
      contentVersion: "1.0.0.0",
      parameters: {},
    };
    for (const form of [
      resource,
      { ...RESOURCE, ...properties, id: "/x", resourceGroup: "rg", notifications: null },
      { ...template, resources: [{ type: "Microsoft.Web/sites", name: "other" }, resource] },
      { ...template, resources: { scale: resource, other: { type: "Microsoft.Web/sites" } } },
    ]) {
      expect(isAutoscale(form)).to.equal(true);
      expect(one(JSON.stringify(form))).to.deep.equal(expected);
    }
  });

  it("reads several settings of one template, each with its place", () => {
    const setting = (name: string, profile: object) => ({
      ...RESOURCE,
      name,
      properties: { enabled: true, targetResourceUri: `${ENDPOINT_ID}/deployments/${name}`, profiles: [profile] },
    });
    const capacity = { minimum: 0, maximum: 5, default: 2 };
    const template = {
      resources: [setting("green", armProfile({ rules: [] })), setting("red", armProfile({ capacity, rules: [] }))],
    };
    const { specs, errors } = parse(JSON.stringify(template));
    expect(specs.map(({ name }) => name)).to.deep.equal(["green"]);
    expect(errors.map(({ path }) => path)).to.deep.equal(["resources[1].properties.profiles[0].capacity.minimum"]);
  });

  it("reads YAML, with keys and words in any case", () => {
    const spec = one(
      [
        "Enabled: true",
        `TargetResourceUri: ${DEPLOYMENT_ID.toUpperCase()}`,
        "Profiles:",
        "  - Name: default",
        "    Capacity: { Minimum: '1', MAXIMUM: 3, default: 1 }",
        "    rules:",
        "      - metricTrigger:",
        "          metricName: requestsperminute",
        `          metricResourceUri: ${ENDPOINT_ID}`,
        "          metricNamespace: Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
        "          timeGrain: pt1m",
        "          statistic: AVERAGE",
        "          timeWindow: PT1H30M",
        "          timeAggregation: total",
        "          operator: greaterthanorequal",
        "          threshold: '100.5'",
        "          Dimensions: [{ dimensionName: deployment, operator: equals, values: [blue] }]",
        "          dividePerInstance: true",
        "        scaleAction: { direction: increase, type: percentchangecount, value: 20, cooldown: P1D }",
      ].join("\n"),
    );
    expect(spec.name).to.equal("blue");
    expect(spec.profiles[0]?.rules[0]).to.deep.equal({
      metric: "RequestsPerMinute",
      resource: "endpoint",
      timeGrainSeconds: 60,
      statistic: "Average",
      timeWindowSeconds: 5400,
      timeAggregation: "Total",
      operator: "GreaterThanOrEqual",
      threshold: 100.5,
      dimensions: [{ name: "deployment", operator: "Equals", values: ["blue"] }],
      dividePerInstance: true,
      action: { direction: "Increase", type: "PercentChangeCount", value: 20, cooldownSeconds: 86_400 },
    });
  });

  it("points at the value, whatever the case of its keys", () => {
    const { errors } = parse(
      "Enabled: true\nProfiles:\n  - Name: a\n    Capacity: { Minimum: 0, Maximum: 3, Default: 1 }\n    Rules: []\n",
    );
    expect(places(errors)).to.deep.equal(["4:26 InvalidValue profiles[0].capacity.minimum"]);
  });

  it("tells all faults of a file at once: those of one rule do not hide those of another", () => {
    const rules = [
      armRule({ metricName: "Cpu", threshold: "high", extra: 1 }),
      armRuleIn({ metricName: "Gpu" }, { cooldown: "P8D" }),
    ];
    const { errors } = parse(
      armText([armProfile({ capacity: { minimum: 0, default: 2 }, rules }), armProfile({ colour: 1 })]),
    );
    expect(errors.map(({ code, path }) => `${code} ${path}`)).to.have.members([
      "InvalidValue profiles[0].capacity.minimum",
      "MissingField profiles[0].capacity.maximum",
      "InvalidValue profiles[0].rules[0].metricTrigger.metricName",
      "InvalidType profiles[0].rules[0].metricTrigger.threshold",
      "UnknownField profiles[0].rules[0].metricTrigger.extra",
      "InvalidValue profiles[0].rules[1].metricTrigger.metricName",
      "InvalidValue profiles[0].rules[1].scaleAction.cooldown",
      "UnknownField profiles[1].colour",
      "BadArgument profiles[1].name",
      "BadArgument profiles[1]",
    ]);
    expect(errors.every(({ rule, source }) => rule !== undefined && source !== undefined)).to.equal(true);
  });

  it("does not evaluate a template's expressions, and says so", () => {
    const profile = armProfile({
      capacity: { minimum: "[parameters('min')]", maximum: 5, default: 2 },
      rules: [
        armRule({
          metricResourceUri: "[resourceId('Microsoft.MachineLearningServices/workspaces/onlineEndpoints', 'a')]",
        }),
        armRule({ metricName: "RequestLatency", metricResourceUri: "[variables('endpointId')]" }),
      ],
    });
    const { errors, warnings } = parse(armText([profile], { targetResourceUri: "[parameters('deployment')]" }));
    expect(errors.map(({ path, hint }) => [path, hint])).to.deep.equal([
      ["profiles[0].capacity.minimum", "write the value: expressions of templates are not evaluated here"],
      ["profiles[0].rules[0].metricTrigger.metricName", "write the deployment's id in metricResourceUri"],
    ]);
    expect(warnings[0]).to.include({ path: "targetResourceUri", rule: "target" });
  });

  it("takes 'enabled' for what the version of the API takes it for", () => {
    const without = JSON.parse(armText([armProfile()], { enabled: undefined }));
    const at = (apiVersion: string) =>
      parse(JSON.stringify({ ...RESOURCE, apiVersion, name: "a", properties: without }));
    expect(at("2015-04-01").specs[0]?.enabled).to.equal(true);
    expect(at("2015-04-01").warnings).to.deep.equal([]);
    const now = at("2022-10-01");
    expect(now.specs[0]?.enabled).to.equal(false);
    expect(now.warnings[0]).to.include({ path: "properties.enabled", hint: "write enabled: true" });
  });

  it("reads fixed dates as the clocks of the time zone show them", () => {
    const dates = {
      timeZone: "Pacific Standard Time",
      start: "2026-12-24T00:00:00Z",
      end: "2026-12-25T23:59:00+00:00",
    };
    const expected = { timeZone: "America/Los_Angeles", start: "2026-12-24T08:00:00Z", end: "2026-12-26T07:59:00Z" };
    expect(one(armText([armProfile(), fixed(dates)])).profiles[1]?.fixedDate).to.deep.equal(expected);
    const yaml = armText([armProfile(), fixed({ ...dates, end: "END" })]).replace('"END"', "2026-12-25T23:59:00");
    expect(one(yaml).profiles[1]?.fixedDate, "a timestamp of YAML").to.deep.equal(expected);
  });

  it("reads recurring profiles", () => {
    const { profiles } = one(armText([armProfile(), weekend(), weekdays()]));
    expect(profiles[1]?.recurrence).to.deep.equal({
      timeZone: "America/Los_Angeles",
      days: ["Saturday", "Sunday"],
      hour: 6,
      minute: 0,
    });
  });

  it("answers any JSON with errors and never throws", () => {
    const known = fc.constantFrom(
      "profiles",
      "rules",
      "capacity",
      "metricTrigger",
      "scaleAction",
      "name",
      "recurrence",
    );
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: "small" },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie("node"), { maxLength: 3 }),
        fc.dictionary(known, tie("node"), { maxKeys: 5 }),
      ),
    })).node;
    fc.assert(
      fc.property(value, (profiles) => {
        const text = JSON.stringify({ enabled: true, targetResourceUri: DEPLOYMENT_ID, profiles });
        const { specs, errors } = parse(text);
        expect(specs).to.deep.equal([]);
        expect(errors).to.not.have.length(0);
      }),
      { numRuns: runs(200) },
    );
  });
});

describe("isAutoscale", () => {
  it("knows both forms, and leaves other files alone", () => {
    expect(isAutoscale({ type: "microsoft.insights/AUTOSCALESETTINGS", profiles: [] })).to.equal(true);
    expect(isAutoscale({ enabled: true, targetResourceUri: "x", profiles: [] })).to.equal(true);
    expect(isAutoscale({ min: 2, max: 5, count: 2 })).to.equal(true);
    expect(isAutoscale({ count: 2, rules: [], mxa: 5 })).to.equal(true);
    for (const other of [
      undefined,
      null,
      [],
      "min: 2",
      {},
      { name: "blue" },
      { resources: [{ type: "Microsoft.Web/sites" }] },
      { type: "Microsoft.Web/sites", profiles: [] },
      { name: "blue", endpoint_name: "shop", model: "azureml:m:1", instance_count: 1, rules: [] },
      { apiVersion: "amlarc.azureml.com/v1alpha1", kind: "InstanceType", metadata: {}, spec: {} },
    ]) {
      expect(isAutoscale(other), JSON.stringify(other)).to.equal(false);
    }
  });

  it("is told by parseAutoscale in words when there is none", () => {
    const { errors } = parse(JSON.stringify({ resources: [{ type: "Microsoft.Web/sites" }] }));
    expect(errors.map(({ code, message }) => [code, message])).to.deep.equal([
      ["MissingField", "the file has no autoscale setting"],
    ]);
  });
});
