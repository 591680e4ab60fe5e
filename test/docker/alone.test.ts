import { expect } from "chai";
import { ENDPOINT_LABEL } from "../../plan/docker/names";
import { containersOf, docker, needsDocker, removeAtEnd } from "./engine";
import { count, startLoad } from "./load";
import { score } from "./score";
import { TestStack } from "./stack";

const PORT = 18_087;
const REQUEST = "examples/diabetes/sample-request.json";
const BODY = '{"data": [[1,2,3,4,5,6,7,8,9,10]]}';

/** Requests per second that the healthy endpoint is called with all the while. */
const RATE = 500;

/** Endpoints fail alone: what is wrong with one never keeps another from its change. */
describe("two endpoints, one of them broken", function () {
  this.timeout(900_000);
  needsDocker();
  const stack = new TestStack("alone");

  /** `shop` has two versions that share its traffic; `bank` one. */
  function configure(shop: Readonly<Record<string, number>>): void {
    stack.configure({
      endpoints: [
        {
          file: stack.file("shop/endpoint.yml"),
          deployments: [stack.file("shop/blue.yml"), stack.file("shop/green.yml")],
          traffic: shop,
        },
        { file: stack.file("bank/endpoint.yml"), deployments: [stack.file("bank/blue.yml")], traffic: { blue: 100 } },
      ],
      router: { port: PORT },
    });
  }

  before(async () => {
    for (const name of ["shop", "bank"]) {
      stack.copy("examples/diabetes", name);
      for (const file of ["endpoint.yml", "blue.yml", "green.yml"]) {
        stack.edit(`${name}/${file}`, (text) => text.replaceAll(/diabetes$/gm, name));
      }
      // Answers at once, so that the load measures the change and not the model.
      for (const version of ["blue", "green"]) {
        stack.edit(
          `${name}/${version}.yml`,
          (text) =>
            `${text}request_settings:\n  max_concurrent_requests_per_instance: 100\n  request_timeout_ms: 60000\n`,
        );
        stack.write(`${name}/code/${version}/score.py`, script(`${version} 1`));
      }
    }
    configure({ blue: 90, green: 10 });
    await stack.pulumi(["stack", "init"]);
    const { code, text } = await stack.up();
    expect(code, text).to.equal(0);
  });
  removeAtEnd(stack);

  async function ask(endpoint: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const { scoringUris, keys } = await stack.outputs();
    const answer = await score(scoringUris[endpoint]!, keys[endpoint]!.primary, BODY, headers);
    return `${answer.status} ${answer.text}`;
  }

  /** Instances of an endpoint that run, by id. */
  async function runningOf(endpoint: string): Promise<string[]> {
    const all = await containersOf(stack.stack);
    return all
      .filter(({ Labels, State }) => Labels[ENDPOINT_LABEL] === endpoint && State === "running")
      .map(({ Id }) => Id);
  }

  const breakages: readonly {
    readonly what: string;
    readonly break: () => void;
    readonly mend: () => void;
    readonly told: RegExp;
  }[] = [
    {
      what: "imports what is not there",
      break: () => stack.write("bank/code/blue/score.py", `import no_such_module\n${script("bank 2")}`),
      mend: () => stack.write("bank/code/blue/score.py", script("bank 2")),
      told: /ResourceNotReady: bank\/blue[\s\S]*No module named 'no_such_module'/,
    },
    {
      what: "asks for a package that does not exist",
      break: () =>
        stack.edit("bank/conda.yml", (text) => `${text.trimEnd()}\n      - no-such-package-of-ours==9.9.9\n`),
      mend: () => stack.edit("bank/conda.yml", (text) => text.replace(/ +- no-such-package.*\n/, "")),
      told: /no-such-package-of-ours[\s\S]*bank\/blue could not be started/,
    },
    {
      what: "never passes its probe",
      break: () => {
        stack.write("bank/code/blue/score.py", script("bank 3").replace("pass", "import time; time.sleep(600)"));
        stack.edit(
          "bank/blue.yml",
          (text) =>
            `${text.trimEnd()}\nreadiness_probe: { initial_delay: 1, period: 1, timeout: 1, failure_threshold: 4 }\n`,
        );
      },
      mend: () => stack.write("bank/code/blue/score.py", script("bank 3")),
      told: /ResourceNotReady: bank\/blue did not become ready/,
    },
  ];

  breakages.forEach(({ what, break: ruin, mend, told }, index) => {
    it(`${what}: the other one gets its new split and its new version without a lost request`, async () => {
      const bank = await ask("bank");
      const serving = await runningOf("bank");
      ruin();
      const version = `blue ${index + 2}`;
      stack.write("shop/code/blue/score.py", script(version));
      configure({ blue: 50 - index, green: 50 + index });

      const { scoringUris, keys } = await stack.outputs();
      const load = startLoad({
        url: scoringUris["shop"]!,
        key: keys["shop"]!.primary,
        request: REQUEST,
        connections: 32,
        rate: RATE,
      });
      const { code, text, seconds } = await stack.up("--continue-on-error");
      load.stop();
      const { answers, rps, lost } = await load.done;
      console.log(
        `      update ${seconds.toFixed(1)} s, ${answers.length} answers at ${rps.toFixed(0)}/s, ${lost} lost`,
      );
      expect(lost).to.equal(0);
      expect(count(answers, ({ status }) => String(status))).to.have.all.keys("200");
      expect(code).to.not.equal(0);
      expect(text).to.match(told);
      expect(text).to.not.match(/shop\/(blue|green) did not become ready/);
      expect(text).to.not.match(/^\s+at .*\(.*:\d+:\d+\)/m);

      expect(await ask("shop", { "azureml-model-deployment": "blue" })).to.equal(`200 "${version}"`);
      expect(await ask("bank")).to.equal(bank);
      expect(await runningOf("bank")).to.include.members(serving);

      mend();
      const mended = await stack.up();
      expect(mended.code, mended.text).to.equal(0);
      expect(await ask("bank")).to.match(/^200/);
      const again = await stack.up();
      expect(again.text).to.match(/\d+ unchanged/);
      expect(again.text).to.not.match(/(created|deleted|replaced|updated)/);
    });
  });

  it("comes up late: the next update tries the same version again, by itself", async () => {
    stack.write(
      "bank/code/blue/score.py",
      script("bank 9").replace("pass", 'import time; time.sleep(20); print("initialised", flush=True)'),
    );
    const first = await stack.up();
    expect(first.code).to.not.equal(0);
    expect(first.text).to.match(/ResourceNotReady: bank\/blue did not become ready/);
    const late = (await containersOf(stack.stack)).filter(({ Labels }) => Labels[ENDPOINT_LABEL] === "bank");
    const log = async (id: string): Promise<string> =>
      (await docker.getContainer(id).logs({ stdout: true, stderr: true })).toString("utf8");
    while (!(await Promise.all(late.map(({ Id }) => log(Id)))).some((text) => text.includes("initialised"))) {
      // It is on its way; asking costs the engine as long as a sleep would.
    }
    const second = await stack.up();
    expect(second.code, second.text).to.equal(0);
    expect(await ask("bank")).to.equal('200 "bank 9"');
  });
});

function script(answer: string): string {
  return `def init():\n    pass\n\n\ndef run(body):\n    return ${JSON.stringify(answer)}\n`;
}
