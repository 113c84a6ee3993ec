// Holds a response against the OpenAPI document: its status, its content type, its headers and its body. The document must
// declare all of them. Objects count as closed here, so that a field that the document lacks fails too.
import assert from "node:assert/strict";
import addFormats from "ajv-formats";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** The part of a document that is compared. */
export interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface DescribedOperation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Referenced<DescribedResponse>>>;
}

interface DescribedResponse {
  readonly headers?: Readonly<Record<string, Referenced<DescribedHeader>>>;
  readonly content?: Readonly<Record<string, { readonly schema: unknown }>>;
}

interface DescribedHeader {
  readonly required?: boolean;
  readonly schema: { readonly type?: string };
}

type Referenced<T> = T | { readonly $ref: string };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Headers that HTTP or the security of browsers needs, and that no client of the API reads. */
const UNDESCRIBED =
  /^(connection|date|keep-alive|content-length|content-type|transfer-encoding|cache-control|referrer-policy|permissions-policy|content-security-policy|cross-origin-.*|x-content-type-options|x-frame-options)$/;

export class Description {
  readonly #document: Described;
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<string, ValidateFunction>();
  /** Each compared status of each operation: `whoami 200`. */
  readonly seen = new Set<string>();

  constructor(document: Described) {
    this.#document = closed(JSON.parse(JSON.stringify(document)) as Described);
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.#ajv);
    this.#ajv.addSchema({ $id: "document", components: this.#document.components });
  }

  get operations(): readonly { readonly path: string; readonly method: string; readonly operationId: string }[] {
    return Object.entries(this.#document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => ({ path, method, operationId })),
    );
  }

  /** Fails when the document does not declare this response of the operation. */
  assertDeclares(path: string, method: string, answer: Answer, label: string): void {
    const operation = this.#document.paths[path]?.[method] ?? assert.fail(`${method} ${path} is not in the document`);
    const about = `${operation.operationId}, ${label}: ${answer.status} ${answer.text.slice(0, 300)}`;
    const declared = operation.responses[answer.status];
    assert.ok(declared !== undefined, `undeclared status: ${about}`);
    this.seen.add(`${operation.operationId} ${answer.status}`);
    const response = this.#resolve(declared);
    this.#assertHeaders(response, answer, about);
    this.#assertBody(response, answer, about);
  }

  #resolve<T extends object>(value: Referenced<T>): T {
    if (!("$ref" in value)) return value;
    const [, , kind = "", name = ""] = value.$ref.split("/");
    return this.#document.components[kind]?.[name] as T;
  }

  #assertHeaders(response: DescribedResponse, { headers }: Answer, about: string): void {
    const declared = new Map(
      Object.entries(response.headers ?? {}).map(([name, header]) => [name.toLowerCase(), this.#resolve(header)]),
    );
    const undeclared = [...headers.keys()].filter((name) => !UNDESCRIBED.test(name) && !declared.has(name));
    assert.deepEqual(undeclared, [], `undeclared header: ${about}`);
    for (const [name, { required, schema }] of declared) {
      const sent = headers.get(name);
      if (sent === null) assert.ok(required !== true, `missing header ${name}: ${about}`);
      else this.#assertValid(schema, schema.type === "integer" ? Number(sent) : sent, `header ${name}: ${about}`);
    }
  }

  #assertBody({ content = {} }: DescribedResponse, { status, headers, text }: Answer, about: string): void {
    const sent = headers.get("content-type");
    if (Object.keys(content).length === 0) {
      // A 304 repeats the type of the file that it does not send.
      assert.ok(text === "" && (sent === null || status === 304), `undeclared body: ${about}`);
      return;
    }
    const type = sent?.split(";")[0] ?? "";
    const media = content[type];
    assert.ok(media !== undefined, `undeclared type ${sent}: ${about}`);
    this.#assertValid(media.schema, /[/+]json$/.test(type) ? JSON.parse(text) : text, about);
  }

  #assertValid(schema: unknown, value: unknown, about: string): void {
    const key = JSON.stringify(schema);
    let validate = this.#validators.get(key);
    if (validate === undefined) {
      validate = this.#ajv.compile(JSON.parse(key.replaceAll('"#/components', '"document#/components')) as object);
      this.#validators.set(key, validate);
    }
    if (!validate(value)) assert.fail(`${this.#ajv.errorsText(validate.errors)}: ${about}`);
  }
}

/** The name of a schema's other copy, which leaves room for further fields. */
const OPEN = "~open";

/** The document with closed objects. */
function closed(document: Described): Described {
  const { schemas = {}, ...others } = document.components;
  const copies = Object.entries(schemas).flatMap(([name, schema]) => [
    [name, close(schema)],
    [name + OPEN, close(schema, "part")],
  ]);
  return {
    paths: close(document.paths) as Described["paths"],
    components: { ...(close(others) as Described["components"]), schemas: Object.fromEntries(copies) },
  };
}

/** The same schema without open objects. The parts of an `allOf` describe one object together, so each part stays open. */
function close(value: unknown, as: "whole" | "part" = "whole"): unknown {
  if (Array.isArray(value)) return value.map((item) => close(item));
  if (typeof value !== "object" || value === null) return value;
  const result = Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      if (key === "example" || key === "examples" || key === "const") return [key, member];
      if (key === "$ref" && as === "part") return [key, `${member as string}${OPEN}`];
      if (key === "allOf") return [key, (member as unknown[]).map((part) => close(part, "part"))];
      return [key, close(member)];
    }),
  );
  const isObject = result["type"] === "object" && typeof result["properties"] === "object";
  if (as === "part" || !(isObject || "allOf" in result) || "additionalProperties" in result) return result;
  return { ...result, unevaluatedProperties: false };
}
