import { type Property, replace, stringMap } from "../common/schema";

/** Any change of these values makes a new result; nothing else is done with them. */
export const keepers: Property = replace(stringMap);
