// The program is TypeScript. Read by tsx it starts in half the time that Pulumi's own ts-node takes, which also checks
// types: `make test` does that.
require("tsx/cjs");
module.exports = require("./index.ts");
