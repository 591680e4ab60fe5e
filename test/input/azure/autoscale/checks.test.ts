import { expect } from "chai";
import type { SpecError } from "../../../../input/documents/errors";
import {
  armProfile,
  armRule,
  armRuleIn,
  armText,
  cliText,
  DEPLOYMENT_ID,
  ENDPOINT_ID,
  type Outcome,
  parse,
} from "./support";

type Fields = Readonly<Record<string, unknown>>;

/** A setting with one profile of two good rules and this one. */
function withRule(trigger: Fields = {}, action: Fields = {}): Outcome {
  return parse(armText([armProfile({ rules: [armRule(), armRuleIn(), armRule(trigger, action)] })]));
}

function withCapacity(minimum: unknown, maximum: unknown, usual: unknown): Outcome {
  return parse(armText([armProfile({ capacity: { minimum, maximum, default: usual } })]));
}

function recurring(name: string, schedule: Fields = {}, recurrence: Fields = {}): Fields {
  return armProfile({
    name,
    recurrence: {
      frequency: "Week",
      schedule: { timeZone: "UTC", days: ["Saturday"], hours: [6], minutes: [0], ...schedule },
      ...recurrence,
    },
  });
}

function withSchedule(schedule: Fields, recurrence: Fields = {}): Outcome {
  return parse(armText([armProfile(), recurring("a", schedule, recurrence), recurring("b")]));
}

function withDates(fixedDate: Fields): Outcome {
  return parse(armText([armProfile(), armProfile({ name: "launch", fixedDate })]));
}

/** Asserts the only fault: its code and path, part of its message, and that rule and source are named. */
function only(faults: readonly SpecError[], fault: string, message: string, hint = ""): void {
  expect(faults.map(({ code, path }) => `${code} ${path}`)).to.deep.equal([fault]);
  expect(faults[0]?.message).to.include(message);
  expect(faults[0]?.hint).to.include(hint);
  expect(faults[0]?.rule, "rule").to.not.equal(undefined);
  expect(faults[0]?.source, "source").to.not.equal(undefined);
  expect(faults[0]?.line, "line").to.be.greaterThan(1);
}

const RULE = "profiles[0].rules[2]";
const TRIGGER = `${RULE}.metricTrigger`;
const SCHEDULE = "profiles[1].recurrence.schedule";

describe("checks of a setting", () => {
  it("find nothing wrong with the sample", () => {
    const { errors, warnings } = withRule();
    expect([...errors, ...warnings]).to.deep.equal([]);
  });

  it("at most 20 profiles, at least one", () => {
    const profiles = (count: number) => Array.from({ length: count }, (_, index) => recurring(`p${index}`));
    expect(parse(armText(profiles(20))).errors).to.deep.equal([]);
    only(parse(armText(profiles(21))).errors, "BadArgument profiles", "has 21 profiles");
    only(parse(armText([])).errors, "InvalidValue profiles", "is out of range");
  });

  it("in the short form a recurring profile that ends counts twice", () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, i) => `  - { name: p${i}, count: 2, recurrence: sat }`);
    expect(parse(cliText("profiles:", ...lines(9))).errors).to.deep.equal([]);
    only(parse(cliText("profiles:", ...lines(10))).errors, "BadArgument profiles", "has 21 profiles");
  });

  it("at most 10 rules, counted with those that have faults", () => {
    const rules = (count: number) =>
      Array.from({ length: count }, (_, index) => (index === 0 ? armRuleIn() : armRule()));
    expect(parse(armText([armProfile({ rules: rules(10) })])).errors).to.deep.equal([]);
    only(parse(armText([armProfile({ rules: rules(11) })])).errors, "BadArgument profiles[0].rules", "has 11 rules");
    const broken = parse(armText([armProfile({ rules: [...rules(10), {}] })])).errors;
    expect(broken.map(({ path }) => path)).to.include("profiles[0].rules");
  });

  it("minimum ≤ default ≤ maximum", () => {
    expect(withCapacity(2, 2, 2).errors).to.deep.equal([]);
    only(withCapacity(3, 2, 2).errors, "BadArgument profiles[0].capacity.minimum", "is more than the maximum");
    only(withCapacity(2, 5, 1).errors, "BadArgument profiles[0].capacity.default", "is less than the minimum");
    only(withCapacity(2, 5, 6).errors, "BadArgument profiles[0].capacity.default", "is more than the maximum");
    only(parse("\nmin: 3\ncount: 2").errors, "BadArgument min", "is more than the maximum");
  });

  it("no scale to zero, and no half instances", () => {
    only(
      withCapacity(0, 5, 2).errors,
      "InvalidValue profiles[0].capacity.minimum",
      "cannot scale to zero",
      "1 or more",
    );
    only(withCapacity("0", 5, 2).errors, "InvalidValue profiles[0].capacity.minimum", "cannot scale to zero");
    only(withCapacity(1.5, 5, 2).errors, "InvalidType profiles[0].capacity.minimum", "integer");
    only(parse("\nmin: 0\nmax: 2\ncount: 1").errors, "InvalidValue min", "cannot scale to zero");
  });

  it("at most 50 instances, or as many as Azure allowed", () => {
    expect(withCapacity(2, 50, 2).errors).to.deep.equal([]);
    const { errors } = withCapacity(2, 51, 2);
    only(errors, "OutOfQuota profiles[0].capacity.maximum", "more than a deployment may have");
    expect(errors[0]).to.include({ rule: "quota", source: "how-to-manage-quotas", value: "51" });
    expect(
      parse(armText([armProfile({ capacity: { minimum: 2, maximum: 60, default: 2 } })]), 60).errors,
    ).to.deep.equal([]);
    only(parse("\ncount: 51").errors, "OutOfQuota count", "more than a deployment may have");
  });

  it("time window of 5 minutes to 12 hours", () => {
    for (const timeWindow of ["PT5M", "PT12H"]) {
      expect(withRule({ timeWindow }).errors, timeWindow).to.deep.equal([]);
    }
    for (const timeWindow of ["PT4M", "PT12H1M", "PT0S"]) {
      only(withRule({ timeWindow }).errors, `InvalidValue ${TRIGGER}.timeWindow`, "is out of range");
    }
    only(
      withRule({ timeWindow: "5m" }).errors,
      `InvalidValue ${TRIGGER}.timeWindow`,
      "not an ISO 8601 duration",
      "PT5M",
    );
  });

  it("time grain of a minute to 12 hours, not longer than the window", () => {
    expect(withRule({ timeGrain: "PT5M" }).errors).to.deep.equal([]);
    only(
      withRule({ timeGrain: "PT59S" }).errors,
      `InvalidValue ${TRIGGER}.timeGrain`,
      "is out of range",
      "at least 1m",
    );
    only(withRule({ timeGrain: "PT6M" }).errors, `BadArgument ${TRIGGER}.timeGrain`, "longer than the time window");
  });

  it("cooldown of a minute to a week", () => {
    for (const cooldown of ["PT1M", "P7D", "P1W"]) {
      expect(withRule({}, { cooldown }).errors, cooldown).to.deep.equal([]);
    }
    for (const cooldown of ["PT30S", "P7DT1S"]) {
      only(withRule({}, { cooldown }).errors, `InvalidValue ${RULE}.scaleAction.cooldown`, "is out of range");
    }
  });

  it("a value of 1 or more, 1 when it is left out", () => {
    only(withRule({}, { value: "0" }).errors, `InvalidValue ${RULE}.scaleAction.value`, "is out of range");
    expect(withRule({}, { value: undefined }).specs[0]?.profiles[0]?.rules[2]?.action.value).to.equal(1);
  });

  it("words of Azure's enums, with a suggestion", () => {
    only(
      withRule({ operator: "GreaterThen" }).errors,
      `InvalidValue ${TRIGGER}.operator`,
      "allowed words",
      "'GreaterThan'",
    );
    only(withRule({ statistic: "Avg" }).errors, `InvalidValue ${TRIGGER}.statistic`, "allowed words");
    only(
      withRule({}, { type: "ServiceAllowedNextValue" }).errors,
      `InvalidValue ${RULE}.scaleAction.type`,
      "allowed words",
    );
  });

  it("known metrics, with a suggestion", () => {
    const typo = { metricName: "CpuUtilisationPercentage" };
    only(
      withRule(typo).errors,
      `InvalidValue ${TRIGGER}.metricName`,
      "is not a metric of the deployment",
      "'CpuUtilizationPercentage'",
    );
    only(withRule({ metricName: "Percentage CPU" }).errors, `InvalidValue ${TRIGGER}.metricName`, "", "choose one");
  });

  it("metrics of the resource that is named", () => {
    const fault = `BadArgument ${TRIGGER}.metricName`;
    only(withRule({ metricName: "RequestLatency" }).errors, fault, "a metric of the endpoint", "the endpoint's id");
    only(
      withRule({ metricResourceUri: ENDPOINT_ID }).errors,
      fault,
      "a metric of the deployment",
      "the deployment's id",
    );
    const short = parse(cliText("rules:", "  - { condition: RequestLatency > 70 avg 5m, scale: out 1 }"));
    expect(short.errors[0]?.hint).to.equal("add 'resource: endpoint' to the rule");
  });

  it("dimensions that the metric has", () => {
    const filter = (DimensionName: string) => [{ DimensionName, Operator: "Equals", Values: ["a"] }];
    expect(withRule({ dimensions: filter("INSTANCEID") }).errors).to.deep.equal([]);
    only(
      withRule({ dimensions: filter("instance") }).errors,
      `InvalidValue ${TRIGGER}.dimensions`,
      "'instance' is not a dimension",
      "",
    );
    const none = { metricName: "RequestLatency_P99", dimensions: filter("instanceId") };
    only(withRule(none).errors, `InvalidValue ${TRIGGER}.dimensions`, "not a dimension", "remove");
  });

  it("only metrics of this deployment and its endpoint", () => {
    const at = `NotSupported ${TRIGGER}.metricResourceUri`;
    only(withRule({ metricResourceUri: DEPLOYMENT_ID.replace("Blue", "green") }).errors, at, "another deployment");
    only(
      withRule({ metricResourceUri: ENDPOINT_ID.replace("Shop", "other"), metricName: "RequestLatency" }).errors,
      at,
      "another endpoint",
    );
    only(withRule({ metricResourceUri: "/subscriptions/0/storageAccounts/a" }).errors, at, "neither");
    only(
      withRule({ metricNamespace: "Microsoft.Web/sites" }).errors,
      `NotSupported ${TRIGGER}.metricNamespace`,
      "no metrics",
    );
  });

  it("a target that is a deployment, once in a file", () => {
    const target = (targetResourceUri: string) =>
      parse(armText([armProfile({ rules: [] })], { targetResourceUri })).errors;
    only(target(ENDPOINT_ID), "BadArgument targetResourceUri", "is an endpoint");
    only(
      target("/subscriptions/0/virtualMachineScaleSets/a"),
      "BadArgument targetResourceUri",
      "not an online deployment",
    );
    const resource = (name: string) => ({
      type: "Microsoft.Insights/autoscaleSettings",
      name,
      properties: JSON.parse(armText()),
    });
    const twice = parse(JSON.stringify({ resources: [resource("a"), resource("b")] }, null, 1));
    only(twice.errors, "BadArgument resources[1].properties.targetResourceUri", "has a setting already");
    expect(twice.specs.map(({ name }) => name)).to.deep.equal(["a"]);
  });

  it("unique names of profiles", () => {
    const { errors } = parse(armText([armProfile({ name: "A" }), recurring("b"), recurring("a")]));
    only(errors, "BadArgument profiles[2].name", "is the name of another profile too");
    only(
      parse(cliText("profiles:", "  - { name: Default, count: 2, start: 2026-01-01, end: 2026-01-02 }")).errors,
      "BadArgument profiles[0].name",
      "is the name of another profile too",
    );
  });

  it("one default profile", () => {
    const { errors } = parse(armText([armProfile(), armProfile({ name: "second" })]));
    only(errors, "BadArgument profiles[1]", "is a second default profile");
  });

  it("a fixed date or a recurrence, not both", () => {
    const both = { ...recurring("b"), fixedDate: { start: "2026-01-01T00:00:00", end: "2026-01-02T00:00:00" } };
    const { errors } = parse(armText([armProfile(), recurring("a"), both]));
    only(errors, "BadArgument profiles[2].recurrence", "stands beside a fixed date");
  });

  it("fixed dates in order, at most 365 days apart, in a known time zone", () => {
    const dates = { timeZone: "UTC", start: "2026-01-01T00:00:00" };
    expect(withDates({ ...dates, end: "2027-01-01T00:00:00" }).errors).to.deep.equal([]);
    const at = "profiles[1].fixedDate";
    only(withDates({ ...dates, end: "2027-01-01T00:01:00" }).errors, `BadArgument ${at}.end`, "366 days");
    only(withDates({ ...dates, end: "2026-01-01T00:00:00" }).errors, `BadArgument ${at}.end`, "not after the start");
    only(withDates({ ...dates, end: "soon" }).errors, `InvalidValue ${at}.end`, "not a date and time");
    const zone = withDates({ ...dates, timeZone: "Pacfic Standard Time", end: "2026-01-02T00:00:00" });
    only(zone.errors, `InvalidValue ${at}.timeZone`, "not a known time zone", "'Pacific Standard Time'");
  });

  it("days, hours and minutes of a recurrence", () => {
    only(
      withSchedule({ days: ["Saterday"] }).errors,
      `InvalidValue ${SCHEDULE}.days[0]`,
      "allowed words",
      "'Saturday'",
    );
    only(withSchedule({ days: [] }).errors, `InvalidValue ${SCHEDULE}.days`, "is out of range");
    only(withSchedule({ hours: [24] }).errors, `InvalidValue ${SCHEDULE}.hours[0]`, "is out of range");
    only(withSchedule({ minutes: [60] }).errors, `InvalidValue ${SCHEDULE}.minutes[0]`, "is out of range");
    only(
      withSchedule({ hours: [6, 18] }).errors,
      `BadArgument ${SCHEDULE}.hours`,
      "exactly one value",
      "one profile for each",
    );
    only(withSchedule({ minutes: [] }).errors, `BadArgument ${SCHEDULE}.minutes`, "exactly one value");
    only(withSchedule({ timeZone: undefined }).errors, `MissingField ${SCHEDULE}.timeZone`, "missing");
    only(withSchedule({ timeZone: "EST" }).errors, `InvalidValue ${SCHEDULE}.timeZone`, "not a known time zone");
    only(
      withSchedule({}, { frequency: "Day" }).errors,
      "InvalidValue profiles[1].recurrence.frequency",
      "allowed words",
    );
    expect(withSchedule({ days: ["saturday", "SUNDAY"], hours: ["6"] }).errors).to.deep.equal([]);
  });

  it("no predictive scaling, no loops and conditions of templates", () => {
    const policy = (scaleMode: string) =>
      parse(armText([armProfile()], { predictiveAutoscalePolicy: { scaleMode } })).errors;
    expect(policy("Disabled")).to.deep.equal([]);
    only(policy("Enabled"), "BadArgument predictiveAutoscalePolicy.scaleMode", "virtual machine scale sets");
    const resource = { type: "Microsoft.Insights/autoscaleSettings", name: "a", properties: JSON.parse(armText()) };
    const { errors } = parse(JSON.stringify({ ...resource, copy: { count: 2 } }, null, 1));
    only(errors, "NotSupported copy", "is not evaluated here");
  });
});

describe("warnings about a setting", () => {
  function warned({ errors, warnings }: Outcome, path: string, message: string): void {
    expect(errors).to.deep.equal([]);
    only(warnings, `NoEffect ${path}`, message);
  }

  it("a rule that scales out when the load is low, as in the documented sample", () => {
    const sample = armRule({ operator: "LessThan", threshold: 30 }, { value: "1" });
    const outcome = parse(armText([armProfile({ rules: [armRule(), armRuleIn(), sample] })]));
    warned(outcome, `${RULE}.scaleAction.direction`, "scales out when CpuUtilizationPercentage is low");
    expect(outcome.warnings[0]?.source).to.equal("how-to-autoscale-endpoints");
    warned(
      withRule({ operator: "GreaterThan" }, { direction: "Decrease" }),
      `${RULE}.scaleAction.direction`,
      "scales in when",
    );
    expect(withRule({ operator: "Equals" }).warnings).to.deep.equal([]);
  });

  it("rules to scale out without rules to scale in, and the other way round", () => {
    const rules = (...list: Fields[]) => parse(armText([armProfile({ rules: list })]));
    warned(rules(armRule()), "profiles[0].rules", "none to scale in");
    expect(rules(armRule()).warnings[0]?.value).to.equal("my-scale-settings");
    warned(rules(armRuleIn()), "profiles[0].rules", "none to scale out");
    expect(rules().warnings).to.deep.equal([]);
    expect(rules(armRule(), armRule({}, { direction: "None", type: "ExactCount" })).warnings).to.deep.equal([]);
  });

  it("says nothing of a missing half while a rule has faults", () => {
    const { errors, warnings } = parse(
      armText([armProfile({ rules: [armRule(), armRuleIn({}, { cooldown: "soon" })] })]),
    );
    expect(errors).to.have.length(1);
    expect(warnings).to.deep.equal([]);
  });

  it("dividePerInstance of what is no sum and no count", () => {
    warned(withRule({ dividePerInstance: true }), `${TRIGGER}.dividePerInstance`, "divides percent");
    expect(withRule({ dividePerInstance: true, timeAggregation: "Count" }).warnings).to.deep.equal([]);
    expect(withRule({ dividePerInstance: true, metricName: "RequestsPerMinute" }).warnings).to.deep.equal([]);
  });

  it("a statistic that Azure does not list for the metric", () => {
    warned(withRule({ metricName: "RequestsPerMinute", statistic: "Max" }), `${TRIGGER}.statistic`, "no Max");
    expect(withRule({ statistic: "Max" }).warnings).to.deep.equal([]);
  });

  it("an action without a direction", () => {
    warned(withRule({}, { direction: "None" }), `${RULE}.scaleAction.direction`, "changes nothing");
    expect(withRule({}, { direction: "None", type: "ExactCount" }).warnings).to.deep.equal([]);
  });

  it("a recurring profile that nothing ends", () => {
    warned(parse(armText([armProfile(), recurring("weekend")])), "profiles[1]", "never ends");
    expect(parse(armText([armProfile(), recurring("a"), recurring("b")])).warnings).to.deep.equal([]);
    expect(parse(armText([recurring("always")])).warnings).to.deep.equal([]);
  });

  it("mails and webhooks, once somebody is named", () => {
    const email = { sendToSubscriptionAdministrator: false, customEmails: [] };
    const quiet = [{ operation: "Scale", email, webhooks: [] }];
    expect(parse(armText([armProfile()], { notifications: quiet })).warnings).to.deep.equal([]);
    for (const notifications of [
      [{ operation: "Scale", email: { ...email, customEmails: ["a@b"] } }],
      [{ operation: "Scale", email: { ...email, sendToSubscriptionAdministrator: true } }],
      [{ operation: "Scale", webhooks: [{ serviceUri: "https://a", properties: {} }] }],
    ]) {
      warned(parse(armText([armProfile()], { notifications })), "notifications", "Azure's");
    }
  });
});
