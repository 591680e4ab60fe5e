import * as pulumi from "@pulumi/pulumi";

/** A resource as a program registered it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

export interface MockEngine {
  /** @default false */
  readonly preview?: boolean;
  /** What a call is answered. @default nothing */
  readonly call?: (token: string, inputs: unknown) => Record<string, unknown>;
  /** What a resource of this name has for outputs besides its inputs. @default a container that ends well, a random key */
  readonly outputs?: (name: string, type: string) => Record<string, unknown>;
}

/** Key that every RandomPassword has. */
export const KEY = "k".repeat(64);

/** Puts an engine of mocks, with a stack called `test`, in the place of Pulumi's; the list grows with every registration. */
export async function mockEngine({ preview = false, call, outputs }: MockEngine = {}): Promise<Registered[]> {
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        resources.push({ type, name, inputs });
        const own = outputs?.(name, type) ?? {};
        return { id: `${name}-id`, state: { ...inputs, exitCode: 0, containerLogs: "", result: KEY, ...own } };
      },
      call: ({ token, inputs }) => call?.(token, inputs) ?? {},
    },
    "mlendpoints",
    "test",
    preview,
    "organization",
  );
  return resources;
}

/** The value of an output, once it is known. */
export function awaitOutput<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply((value) => resolve(value)));
}
