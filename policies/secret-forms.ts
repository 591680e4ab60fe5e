/**
 * Tells secrets from ordinary values: by the forms that well-known services give their keys, by the name of the variable,
 * and by how random a value looks. Every answer is a description that holds nothing of the value.
 */

interface Form {
  readonly what: string;
  readonly pattern: RegExp;
}

/** Forms that hardly anything else has. */
const FORMS: readonly Form[] = [
  { what: "a private key", pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/ },
  { what: "a connection string with a key", pattern: /\b(?:AccountKey|SharedAccessKey|PrimaryKey)=[^;\s]{8,}/i },
  { what: "a connection string with a password", pattern: /(?:^|;)\s*(?:password|pwd)\s*=\s*[^;\s]+/i },
  { what: "an Azure shared access signature", pattern: /\bsig=[A-Za-z0-9%+/]{20,}(?:%3D|=)*/ },
  { what: "an Azure storage account key", pattern: /(?:^|[^A-Za-z0-9+/])[A-Za-z0-9+/]{86}==/ },
  { what: "an Entra client secret", pattern: /(?:^|[^\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])/ },
  { what: "an AWS access key", pattern: /\b(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}\b/ },
  { what: "a GitHub token", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/ },
  { what: "a GitLab token", pattern: /\bglpat-[\w-]{20,}/ },
  { what: "a Slack token", pattern: /\bxox[abeoprs]-[\w-]{10,}|hooks\.slack\.com\/services\/\S+/ },
  { what: "an OpenAI or Anthropic key", pattern: /\bsk-(?:[a-z]+\d*-)*[\w-]{20,}/ },
  { what: "a Hugging Face token", pattern: /\bhf_[A-Za-z0-9]{30,}/ },
  { what: "a Google API key", pattern: /\bAIza[\w-]{35}/ },
  { what: "an npm token", pattern: /\bnpm_[A-Za-z0-9]{36}/ },
  { what: "a PyPI token", pattern: /\bpypi-AgEI[\w-]{20,}/ },
  { what: "a JSON web token", pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/ },
  { what: "an address with a password", pattern: /[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i },
];

/** Part of a name that says "secret"; underscores end a word. */
const SECRET_NAME =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRETS?|CREDENTIALS?|TOKEN|API_?KEY|ACCESS_?KEY|ACCOUNT_?KEY|PRIVATE_?KEY|SUBSCRIPTION_?KEY|SHARED_?KEY|CONNECTION_?STRING|SAS|(?:OPENAI|STORAGE|SEARCH|COSMOS|SPEECH|VISION|ENCRYPTION|SIGNING|MASTER|ADMIN|FUNCTION)_KEY)(?:$|_)/;

/** What is said about a secret, and is none: where it is, how long it lives, how it is called. */
const ABOUT_A_SECRET =
  /_(?:FILE|PATH|DIR|NAME|ID|URL|URI|ENDPOINT|HOST|TYPE|PROVIDER|HEADER|LENGTH|LIMIT|COUNT|SIZE|TTL|EXPIRY|SECONDS|ENABLED|REQUIRED|VERSION)$/;

/** Names of values that look random, and are public. */
const PUBLIC_NAME =
  /(?:^|_)(?:SHA|SHA1|SHA256|HASH|DIGEST|CHECKSUM|COMMIT|REVISION|ETAG|VERSION|ID|UUID|GUID|FINGERPRINT|THUMBPRINT)(?:$|_)/;

/** Azure ML's own references, `name@<address of a vault>`, and the ones that App Service knows: they hold no value. */
const REFERENCE =
  /^\s*(?:\$\{\{[^{}]*\}\}|[\w-]+@https:\/\/[^/\s@]+\.vault\.azure\.net\/?|@Microsoft\.KeyVault\([^()]*\))\s*$/;

/**
 * @param entropy bits per character from which mixed text counts as random; 0: do not look
 * @returns what kind of secret it is; undefined when it seems to be none
 */
export function secretKind(name: string, value: string, entropy: number): string | undefined {
  if (value.trim() === "" || REFERENCE.test(value)) {
    return undefined;
  }
  const form = FORMS.find(({ pattern }) => pattern.test(value));
  if (form !== undefined) {
    return form.what;
  }
  const words = splitName(name);
  if (SECRET_NAME.test(words) && !ABOUT_A_SECRET.test(words) && !isSwitch(words, value)) {
    return "a plain value, as its name tells a secret,";
  }
  if (entropy > 0 && !PUBLIC_NAME.test(words) && looksRandom(value, entropy)) {
    return "a value that looks like a key";
  }
  return undefined;
}

/** `openAiApiKey` and `openai-api-key` read like `OPEN_AI_API_KEY`. */
function splitName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}

/** `USE_TOKEN=true` and `MAX_TOKEN=512` hold no secret; a password may well be a number. */
function isSwitch(words: string, value: string): boolean {
  const word = value.trim().toLowerCase();
  return (
    ["true", "false", "yes", "no", "on", "off", "none", "null"].includes(word) ||
    (/TOKEN/.test(words) && /^\d{1,7}$/.test(word))
  );
}

/** Shortest text that is looked at: 16 random letters and digits are some 95 bits. */
const SHORTEST = 16;

/** Share of neighbours of two kinds (small, capital, digit). Random text has 0.6; names in camel case have a third. */
const MIXED = 0.42;

function looksRandom(value: string, entropy: number): boolean {
  // An Azure resource id, a path or an address is made of words, however long it is.
  return value
    .split(/[\s"',;:/\\.@&?=_-]+/)
    .some((word) => isHexKey(word) || (word.length >= SHORTEST && isMixed(word) && bitsPerCharacter(word) >= entropy));
}

/** 32 digits and letters a to f: the form of Azure's own service keys. */
function isHexKey(word: string): boolean {
  return /^(?:[0-9a-f]{32,}|[0-9A-F]{32,})$/.test(word) && /\d/.test(word) && /[a-f]/i.test(word);
}

function isMixed(word: string): boolean {
  if (!/[a-z]/.test(word) || !/[A-Z]/.test(word) || !/\d/.test(word)) {
    return false;
  }
  const kinds = [...word].map((character) =>
    /[a-z]/.test(character) ? "small" : /[A-Z]/.test(character) ? "capital" : "other",
  );
  const changes = kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length;
  return changes / (word.length - 1) >= MIXED;
}

/** Shannon's entropy of the characters of a text. */
export function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) {
    counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return [...counts.values()].reduce((bits, count) => bits - (count / text.length) * Math.log2(count / text.length), 0);
}
