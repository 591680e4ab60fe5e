// The component library for other programs. It is TypeScript like the rest; this file only lets node read it.
require("tsx/cjs");
module.exports = require("./components/index.ts");
