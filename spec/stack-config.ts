import { z } from "zod";
import { Traffic } from "./fields";

/**
 * The `mlendpoints:` part of a stack's config file (`stacks/Pulumi.<stack>.yaml`): the user's daily edit.
 * Relative paths are relative to the folder of that file.
 */
export const StackConfigSchema = z.strictObject({
  target: z.enum(["docker"]).default("docker").describe("where the stack runs"),
  production: z.boolean().default(false).describe("whether people depend on this stack; policies are stricter then"),
  endpoints: z
    .array(
      z.strictObject({
        file: z.string().min(1).describe("path of the endpoint file"),
        deployments: z.array(z.string().min(1)).default([]).describe("paths of its deployment files"),
        traffic: Traffic.optional().describe("replaces the traffic of the endpoint file"),
      }),
    )
    .min(1)
    .describe("the endpoints of this stack"),
  quota: z
    .strictObject({
      total: z.int().min(0).optional().describe("cores of all deployments together"),
      families: z.record(z.string(), z.int().min(0)).default({}).describe("cores per VM family"),
      enforcement: z
        .enum(["mandatory", "advisory"])
        .default("mandatory")
        .describe(
          "'mandatory' stops the preview when a limit is exceeded; 'advisory' warns and leaves it to the policy pack",
        ),
    })
    .prefault({}),
  images: z
    .record(z.string(), z.string())
    .default({})
    .describe(
      "image name (a trailing * matches the rest) to the name used instead; {python} stands for the minor, as in 3.12",
    ),
  docker: z
    .strictObject({
      sizing: z
        .enum(["shares", "limits"])
        .default("shares")
        .describe(
          "'shares': an instance type's cores become relative CPU shares, memory is not limited, so that a laptop can hold what Azure would; 'limits': cores and memory become hard limits",
        ),
    })
    .prefault({}),
  router: z
    .strictObject({
      host: z
        .preprocess((value) => (value === "localhost" ? "127.0.0.1" : value), z.ipv4())
        // Docker takes what is no address for "all of them": a misspelt one would open the router to the network.
        .default("127.0.0.1")
        .describe("IPv4 address of this machine that the router listens on"),
      port: z.int().min(1).max(65535).default(8080),
      domain: z
        .string()
        .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)
        .default("localhost")
        .describe("endpoints also answer to <endpoint>.<domain>"),
    })
    .prefault({}),
});

export type StackConfig = z.output<typeof StackConfigSchema>;

/** What a config key of ours begins with. */
export const NAMESPACE = "mlendpoints:";

/** The values below `mlendpoints:` by the rest of their key, out of a whole stack config. */
export function ownValues<T>(config: Readonly<Record<string, T>>): Record<string, T> {
  const own = Object.entries(config).filter(([key]) => key.startsWith(NAMESPACE));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(NAMESPACE.length), value]));
}
