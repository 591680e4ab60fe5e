import { isEmpty, isList, isObject, type Props, type Value } from "./values";

/**
 * Reads a property bag whose types Check has already proved. A property that is absent reads as the empty value of
 * its type, because that is what the official providers see.
 */
export class Fields {
  constructor(private readonly props: Props) {}

  /** True when the property says something: neither absent nor empty. */
  has(name: string): boolean {
    return !isEmpty(this.props[name]);
  }

  text(name: string): string {
    const value = this.props[name];
    return typeof value === "string" ? value : "";
  }

  number(name: string): number {
    const value = this.props[name];
    return typeof value === "number" ? value : 0;
  }

  flag(name: string): boolean {
    return this.props[name] === true;
  }

  texts(name: string): string[] {
    return this.list(name).map((item) => (typeof item === "string" ? item : ""));
  }

  map(name: string): Record<string, string> {
    const value = this.props[name];
    const map: Record<string, string> = {};
    if (isObject(value)) {
      for (const [key, item] of Object.entries(value)) {
        map[key] = String(item);
      }
    }
    return map;
  }

  items(name: string): Fields[] {
    return this.list(name)
      .filter(isObject)
      .map((item) => new Fields(item));
  }

  item(name: string): Fields | undefined {
    const value = this.props[name];
    return isObject(value) ? new Fields(value) : undefined;
  }

  private list(name: string): readonly Value[] {
    const value = this.props[name];
    return isList(value) ? value : [];
  }
}
