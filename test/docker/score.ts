export interface ScoreAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The decoded body; undefined when it is not JSON. */
  readonly json: unknown;
}

/** One scoring request. */
export async function score(
  uri: string,
  key: string | undefined,
  body: Buffer | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ScoreAnswer> {
  const response = await fetch(uri, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
