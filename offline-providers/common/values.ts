import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** Property values as the Pulumi engine speaks them: JSON plus secrets plus "not known yet". */
export type Value = null | boolean | number | string | Secret | Unknown | readonly Value[] | Props;
export interface Props {
  [key: string]: Value;
}

/** A value that must be stored encrypted and never shown. */
export class Secret {
  constructor(readonly value: Value) {}
}

/** The type of {@link UNKNOWN}, the value a preview has for what only a deployment can tell. */
export class Unknown {
  private readonly unknown = true;
  toString(): string {
    return this.unknown ? "(unknown)" : "";
  }
}
export const UNKNOWN = new Unknown();

// Fixed by the engine's wire format (sdk/go/common/resource: sig keys and plugin.Unknown*Value).
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SIGNATURE_SECRET = "1b47061264138c4ac30d75fd1eb44270";
const SIGNATURE_ASSET = "c44067f5952c0a294b673a41bacd8c17";
const SIGNATURE_ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const SIGNATURE_RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const SIGNATURE_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWN_SENTINELS = new Set([
  UNKNOWN_STRING,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function isObject(value: Value | undefined): value is Props {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret) &&
    !(value instanceof Unknown)
  );
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Reads a property bag off the wire. Assets and archives are refused: no resource here takes one. */
export function decodeProps(struct: Struct | undefined): Props {
  if (struct === undefined) {
    return {};
  }
  const props: Props = {};
  for (const [key, raw] of Object.entries(struct.toJavaScript())) {
    props[key] = decode(raw as unknown, key);
  }
  return props;
}

function decode(raw: unknown, path: string): Value {
  if (raw === null || raw === undefined) {
    return null;
  }
  if (typeof raw === "boolean" || typeof raw === "number") {
    return raw;
  }
  if (typeof raw === "string") {
    return UNKNOWN_SENTINELS.has(raw) ? UNKNOWN : raw;
  }
  if (Array.isArray(raw)) {
    return raw.map((item, index) => decode(item, `${path}[${index}]`));
  }
  const fields = raw as Record<string, unknown>;
  const signature = fields[SIGNATURE];
  switch (signature) {
    case undefined: {
      const props: Props = {};
      for (const [key, item] of Object.entries(fields)) {
        props[key] = decode(item, `${path}.${key}`);
      }
      return props;
    }
    case SIGNATURE_SECRET:
      return new Secret(decode(fields["value"], path));
    case SIGNATURE_RESOURCE:
      // What a provider does with a resource given as a value: take its id, or its URN when it has none.
      return decode(fields["id"] ?? fields["urn"], path);
    case SIGNATURE_OUTPUT: {
      const value = "value" in fields ? decode(fields["value"], path) : UNKNOWN;
      return fields["secret"] === true ? new Secret(value) : value;
    }
    case SIGNATURE_ASSET:
    case SIGNATURE_ARCHIVE:
      throw new Error(`${path}: assets and archives are not accepted here; pass the text or a path`);
    default:
      throw new Error(`${path}: a value of an unknown kind (signature ${String(signature)})`);
  }
}

export function encodeProps(props: Props): Struct {
  const plain: Record<string, ReturnType<typeof encode>> = {};
  for (const [key, value] of Object.entries(props)) {
    plain[key] = encode(value);
  }
  return Struct.fromJavaScript(plain);
}

type Encoded = null | boolean | number | string | Encoded[] | { [key: string]: Encoded };

function encode(value: Value): Encoded {
  if (value instanceof Secret) {
    return { [SIGNATURE]: SIGNATURE_SECRET, value: encode(value.value) };
  }
  if (value instanceof Unknown) {
    return UNKNOWN_STRING;
  }
  if (isList(value)) {
    return value.map(encode);
  }
  if (isObject(value)) {
    const fields: { [key: string]: Encoded } = {};
    for (const [key, item] of Object.entries(value)) {
      fields[key] = encode(item);
    }
    return fields;
  }
  return value;
}

/** The same value without its secret wrappers. */
export function reveal(value: Value): Value {
  if (value instanceof Secret) {
    return reveal(value.value);
  }
  if (isList(value)) {
    return value.map(reveal);
  }
  if (isObject(value)) {
    return revealProps(value);
  }
  return value;
}

export function revealProps(props: Props): Props {
  const plain: Props = {};
  for (const [key, value] of Object.entries(props)) {
    plain[key] = reveal(value);
  }
  return plain;
}

export function containsSecret(value: Value | undefined): boolean {
  if (value instanceof Secret) {
    return true;
  }
  if (isList(value)) {
    return value.some(containsSecret);
  }
  return isObject(value) && Object.values(value).some(containsSecret);
}

export function containsUnknown(value: Value | undefined): boolean {
  if (value instanceof Unknown) {
    return true;
  }
  if (value instanceof Secret) {
    return containsUnknown(value.value);
  }
  if (isList(value)) {
    return value.some(containsUnknown);
  }
  return isObject(value) && Object.values(value).some(containsUnknown);
}

/** True when nothing is said: absent, null, and what official providers cannot tell from it ("", 0, false, [], {}). */
export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) {
    return true;
  }
  if (isList(value)) {
    return value.length === 0;
  }
  return isObject(value) && Object.entries(value).every(([key, item]) => key === "__defaults" || isEmpty(item));
}

/** Equality in which order counts for lists, and "nothing said" equals any other "nothing said". */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (isEmpty(a) && isEmpty(b)) {
    return true;
  }
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (isObject(a) && isObject(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    keys.delete("__defaults");
    return [...keys].every((key) => sameValue(a[key], b[key]));
  }
  return a === b && !(a instanceof Unknown);
}
