// The OpenAPI document by itself: what linters say about it, its examples, and that the comparison of a response with it finds
// what is undeclared.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NETWORKS_OF_POLICY, secretPattern } from "@mintmark/core";
import { BaseResolver, createConfig, lintDocument, makeDocumentFromString } from "@redocly/openapi-core";
import spectralCore from "@stoplight/spectral-core";
import spectralRulesets from "@stoplight/spectral-rulesets";
import { Ajv2020 } from "ajv/dist/2020.js";
import { type Media, openApiDocument } from "../../src/http/openapi/document.ts";
import type { Operation } from "../../src/http/operation.ts";
import { operations } from "../../src/http/operations.ts";
import { referencePages } from "../../src/http/pages/api-reference.ts";
import { type Answer, Description } from "./described.ts";

const document = openApiDocument(operations);
const all = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method })),
);

describe("the OpenAPI document", () => {
  it("has no problem by redocly's strict rules", async () => {
    const config = await createConfig({ extends: ["recommended-strict"] });
    const source = makeDocumentFromString(JSON.stringify(document), "/openapi.json");
    const problems = await lintDocument({ document: source, externalRefResolver: new BaseResolver(), config });
    assert.deepEqual(
      problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
      [],
    );
  });

  it("has no problem by spectral's rules", async () => {
    const { Spectral } = spectralCore;
    const spectral = new Spectral();
    spectral.setRuleset({
      extends: [[spectralRulesets.oas, "all"]],
      rules: {
        // The operator of an instance has an address, and the document of the product has none.
        "contact-properties": "off",
        // Tags are in the order in which the reference shows them.
        "openapi-tags-alphabetical": "off",
      },
    } as never);
    const problems = await spectral.run(structuredClone(document) as unknown as Record<string, unknown>);
    assert.deepEqual(
      problems.map(({ code, message, path }) => `${code}: ${message} ${path.join("/")}`),
      [],
    );
  });

  it("has a valid example for each body, and none with a secret that could work", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: "document", components: document.components });
    const isValid = ({ schema, example }: Media): boolean =>
      ajv.validate(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object, example);
    let bodies = 0;
    for (const { operationId, requestBody, responses } of all) {
      const accepted = Object.entries(responses).filter(([status]) => status.startsWith("2"));
      const media = [
        ...Object.values(requestBody?.content ?? {}),
        ...accepted.flatMap(([, response]) => {
          const json = "$ref" in response ? undefined : response.content?.["application/json"];
          return json === undefined ? [] : [json];
        }),
      ];
      for (const one of media) {
        bodies++;
        assert.notEqual(one.example, undefined, operationId);
        assert.ok(isValid(one), `${operationId}: ${ajv.errorsText()} ${JSON.stringify(one.example)}`);
      }
    }
    assert.ok(bodies > 120, String(bodies));
    assert.doesNotMatch(JSON.stringify(document), secretPattern());
    assert.doesNotMatch(JSON.stringify(document), /[0-9a-f]{40}/, "no link or session either");
  });

  it("names the session cookie of the instance", () => {
    const nameFor = (baseUrl: string): string | undefined =>
      /"in":"cookie","name":"([^"]+)"|"name":"([^"]+)","in":"cookie"/
        .exec(JSON.stringify(openApiDocument(operations, baseUrl)))
        ?.slice(1)
        .find((name) => name !== undefined);
    assert.equal(nameFor("https://tokens.example.com"), "__Host-mintmark_session");
    assert.equal(nameFor("http://127.0.0.1:3210"), "mintmark_session");
  });

  it("states the bounds that the code enforces", () => {
    const { properties } = document.components.schemas["TokenPolicy"] ?? assert.fail();
    assert.equal(properties?.["networks"]?.maxItems, NETWORKS_OF_POLICY);
    const mint = all.find(({ operationId }) => operationId === "mintToken")?.requestBody?.content["application/json"];
    assert.deepEqual(
      [mint?.schema.properties?.["name"]?.maxLength, mint?.schema.properties?.["expiresInDays"]?.maximum],
      [100, 3650],
    );
  });

  it("gives every operation a list of codes for each status that refuses", () => {
    for (const { operationId, responses } of all) {
      for (const [status, response] of Object.entries(responses)) {
        if (!/^[45]/.test(status) || ["readyz", "metrics", "guide"].includes(operationId)) continue;
        const body = "$ref" in response ? document.components.responses[response.$ref.split("/")[3] ?? ""] : response;
        const [type = "", media] = Object.entries(body?.content ?? {})[0] ?? [];
        if (operationId === "mcp" && type === "application/json") continue;
        const [, detail] = media?.schema.allOf ?? [];
        assert.ok((detail?.properties?.["code"]?.enum ?? []).length > 0, `${operationId} ${status}`);
      }
    }
  });
});

describe("the API reference", () => {
  it("shows the types, every status and an example of each operation", async () => {
    const page = referencePages("https://tokens.example.org").find(({ path }) => path === "/docs/api");
    const request = { path: "/docs/api", headers: new Headers(), peer: undefined };
    const html = (await (await page?.respond(request))?.text()) ?? "";
    for (const { operationId, method, path, parameters = [], requestBody, responses } of all) {
      const article = html.split(`<article aria-labelledby="${operationId}">`)[1]?.split("</article>")[0] ?? "";
      assert.match(article, new RegExp(`<summary>Example</summary>.*${method.toUpperCase()} /`, "s"), operationId);
      for (const status of Object.keys(responses))
        assert.ok(article.includes(`<code>${status === "default" ? "others" : status}</code>`), `${path} ${status}`);
      const fields = Object.values(requestBody?.content ?? {}).flatMap(({ schema }) =>
        Object.keys(schema.properties ?? {}),
      );
      for (const name of [...fields, ...parameters.map((parameter) => parameter.name)])
        assert.ok(article.includes(`<code>${name}</code>`), `${operationId} ${name}`);
    }
    for (const name of Object.keys(document.components.schemas)) assert.ok(html.includes(`id="schema-${name}"`), name);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id = ""]) => id);
    assert.equal(new Set(ids).size, ids.length, "an id occurs twice");
    for (const [, target = ""] of html.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.includes(target), target);
    assert.doesNotMatch(html, secretPattern());
  });
});

describe("the comparison of an answer with the document", () => {
  const description = new Description(openApiDocument(operations));
  const whoami = operations.find(({ operationId }) => operationId === "whoami") as Operation;
  const requestId = "0".repeat(32);
  const problem = { type: "/docs/api#x", title: "x", status: 401, detail: "x", code: "token_revoked", requestId };
  const refusal = (change: object, headers: Record<string, string> = {}, status = 401): Answer => ({
    status,
    headers: new Headers({
      "Content-Type": "application/problem+json",
      "X-Request-Id": requestId,
      "WWW-Authenticate": "Bearer",
      ...headers,
    }),
    text: JSON.stringify({ ...problem, ...change }),
  });
  const compare = (answer: Answer): void => description.assertDeclares(whoami.path, "get", answer, "a test");

  it("accepts what is declared", () => compare(refusal({})));

  for (const [what, answer, message] of [
    ["a status", refusal({ status: 418 }, {}, 418), /undeclared status/],
    ["a code", refusal({ code: "rate_limited" }), /code must be equal to one of the allowed values/],
    ["a field", refusal({ secret: "x" }), /must NOT have unevaluated properties/],
    ["a missing field", refusal({ detail: undefined }), /must have required property 'detail'/],
    ["a header", refusal({}, { "X-Other": "1" }), /undeclared header/],
    ["a wrong header", refusal({}, { "X-Request-Id": "1" }), /header x-request-id/],
    ["a type", refusal({}, { "Content-Type": "text/html" }), /undeclared type/],
  ] as const)
    it(`finds ${what} that is undeclared`, () => assert.throws(() => compare(answer), message));
});
