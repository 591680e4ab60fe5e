import path from "node:path";

// The engine that engine/ensure.ts prepared, where the machine has none of its own.
process.env["PATH"] = `${path.resolve(__dirname, "../.cache/pulumi/bin")}:${process.env["PATH"] ?? ""}`;
