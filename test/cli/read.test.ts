import { expect } from "chai";
import { mlendpoints } from "../../cli/commands";
import { sampleRequest } from "../../cli/read";
import { correct, stackFolder } from "../fixtures/stack";

describe("a request to try", () => {
  it("is found for an endpoint whose name is written with capitals", () => {
    const where = stackFolder({
      "app/endpoint.yml": correct("app/endpoint.yml").replace("name: shop", "name: Shop"),
      "app/sample-request.json": "{}",
    });
    const cwd = process.cwd();
    process.chdir(where.root);
    try {
      expect(sampleRequest("test", "shop")).to.match(/sample-request\.json$/);
    } finally {
      process.chdir(cwd);
      where.remove();
    }
  });
});

describe("mlendpoints", () => {
  const quiet = async (...args: string[]): Promise<{ code: number; text: string }> => {
    const [log, error] = [console.log, console.error];
    const lines: string[] = [];
    console.log = console.error = (text: string) => void lines.push(text);
    try {
      return { code: await mlendpoints.run(args), text: lines.join("\n") };
    } finally {
      Object.assign(console, { log, error });
    }
  };

  for (const verb of ["up", "preview", "down", "status", "call", "credentials", "key"]) {
    it(`${verb}: usage is asked for, or follows what was wrong with status 2`, async () => {
      const help = await quiet(verb, "--help");
      expect(help.code).to.equal(0);
      expect(help.text).to.match(new RegExp(`^mlendpoints ${verb} STACK`));
      const wrong = await quiet(verb, "--no-such-option");
      expect(wrong.code).to.equal(2);
      expect(wrong.text).to.match(new RegExp(`^mlendpoints ${verb}: `));
      expect((await quiet(verb)).code).to.equal(2);
    });
  }
});
