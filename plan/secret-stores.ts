import type { StackConfig } from "../input/stack/config";

/** A thing of a map with the name it has there. */
export interface Named<T> {
  readonly name: string;
  readonly value: T;
}

export type Connection = StackConfig["connections"][string];
export type Vault = StackConfig["vaults"][string];

export function findConnection({ connections }: Pick<StackConfig, "connections">, name: string) {
  return caseless<Connection>(connections, name);
}

export function findVault({ vaults }: Pick<StackConfig, "vaults">, name: string) {
  return caseless<Vault>(vaults, name);
}

/** The entry of that name; the names of connections, vaults and their secrets are the same in upper and lower case. */
export function caseless<T>(map: Readonly<Record<string, T>>, name: string): Named<T> | undefined {
  const key = Object.hasOwn(map, name)
    ? name
    : Object.keys(map).find((each) => each.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : { name: key, value: map[key] as T };
}
