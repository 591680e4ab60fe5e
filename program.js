const { Worker } = require("node:worker_threads");

// An update that is killed leaves its program behind, which spins on the dead connection for minutes, in gigabytes.
if (process.env.PULUMI_NODEJS_ENGINE !== undefined) {
  new Worker(require.resolve("./engine-watch.js")).unref();
}

// The program is TypeScript. Read by tsx it starts in half the time that Pulumi's own ts-node takes, which also checks
// types: `make test` does that.
require("tsx/cjs");
module.exports = require("./index.ts");
