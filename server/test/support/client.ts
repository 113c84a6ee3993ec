// Speaks HTTP to an instance as one actor: a browser with a session cookie, or a program with a secret.

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON body; `null` when there is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read any shape that the API returns
  readonly body: any;
}

export class Client {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.url = url;
    this.headers = headers;
  }

  /** The same instance as seen by a browser with this session cookie (the value of the Cookie header). */
  withCookie(cookie: string): Client {
    return new Client(this.url, { Cookie: cookie, "Sec-Fetch-Site": "same-origin" });
  }

  withBearer(secret: string): Client {
    return new Client(this.url, { Authorization: `Bearer ${secret}` });
  }

  withApiKey(secret: string): Client {
    return new Client(this.url, { "X-API-Key": secret });
  }

  /** With further headers, for one test's purposes. */
  with(headers: Readonly<Record<string, string>>): Client {
    return new Client(this.url, { ...this.headers, ...headers });
  }

  async send(method: string, path: string, body?: unknown): Promise<Reply> {
    const response = await fetch(this.url + path, {
      method,
      redirect: "manual",
      headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...this.headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return replyOf(response);
  }

  /** Posts a form, as OAuth wants it. */
  async sendForm(path: string, fields: Readonly<Record<string, string>>): Promise<Reply> {
    const body = new URLSearchParams(fields);
    return replyOf(await fetch(this.url + path, { method: "POST", redirect: "manual", headers: this.headers, body }));
  }

  get(path: string): Promise<Reply> {
    return this.send("GET", path);
  }

  post(path: string, body: unknown = {}): Promise<Reply> {
    return this.send("POST", path, body);
  }

  put(path: string, body: unknown): Promise<Reply> {
    return this.send("PUT", path, body);
  }

  patch(path: string, body: unknown): Promise<Reply> {
    return this.send("PATCH", path, body);
  }

  delete(path: string, body?: unknown): Promise<Reply> {
    return this.send("DELETE", path, body);
  }
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : text === "" ? null : text,
  };
}
