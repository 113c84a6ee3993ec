// The OAuth endpoints as public client libraries use them: openid-client and oauth4webapi, with each authentication.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { assertOAuthError } from "../support/device-login.ts";
import type { Person, SeededOrganization } from "../support/seed.ts";
import { withInstance } from "../support/with-instance.ts";

describe("public OAuth clients", () => {
  const { instance, seed } = withInstance({ engine: "sqlite" });
  let ada: Person;
  let acme: SeededOrganization;
  let serviceKey: string;
  let metadata: oauth.AuthorizationServer;
  before(async () => {
    const issuer = new URL(`${instance.url}/oauth2`);
    const insecure = { algorithm: "oauth2", [oauth.allowInsecureRequests]: true } as const;
    metadata = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
    ada = await seed.person();
    acme = await seed.organization(ada);
    const { client } = await seed.service(ada);
    serviceKey = client.headers["Authorization"]?.replace("Bearer ", "") ?? assert.fail();
  });

  /** The clients know the issuer alone, and read everything else from its metadata (RFC 8414). */
  const server = (): oauth.AuthorizationServer => metadata;
  const configure = (authentication: openid.ClientAuth): openid.Configuration => {
    const configuration = new openid.Configuration(server(), "gateway", {}, authentication);
    openid.allowInsecureRequests(configuration);
    return configuration;
  };
  const ways = (): Readonly<Record<string, openid.ClientAuth>> => ({
    "HTTP Basic": openid.ClientSecretBasic(serviceKey),
    "client_secret in the form": openid.ClientSecretPost(serviceKey),
  });

  for (const way of ["HTTP Basic", "client_secret in the form"]) {
    it(`introspect and revoke with ${way} (openid-client)`, async () => {
      const configuration = configure(ways()[way] as openid.ClientAuth);
      const token = await seed.token(ada, acme);
      const parameters = { token_type_hint: "access_token", resource: "https://api.example.com" };
      const live = await openid.tokenIntrospection(configuration, token.secret, parameters);
      assert.deepEqual([live.active, live.client_id, live.iss], [true, token.id, metadata.issuer]);
      await openid.tokenRevocation(configuration, token.secret, parameters);
      assert.equal((await openid.tokenIntrospection(configuration, token.secret)).active, false);
      assert.equal((await token.client.get("/api/whoami")).body.code, "token_revoked");
    });
  }

  it("introspect and revoke (oauth4webapi)", async () => {
    const client = { client_id: "gateway" };
    const insecure = { [oauth.allowInsecureRequests]: true };
    const token = await seed.token(ada, acme);
    for (const authentication of [oauth.ClientSecretBasic(serviceKey), oauth.ClientSecretPost(serviceKey)]) {
      const asked = await oauth.introspectionRequest(server(), client, authentication, token.secret, insecure);
      assert.equal((await oauth.processIntrospectionResponse(server(), client, asked)).active, true);
    }
    const revoked = await oauth.revocationRequest(server(), client, oauth.None(), token.secret, insecure);
    assert.equal(await oauth.processRevocationResponse(revoked), undefined);
    assert.equal((await token.client.get("/api/whoami")).body.code, "token_revoked");
  });

  it("find every address in the metadata, which names no other way to get a token", async () => {
    const issuer = `${instance.url}/oauth2`;
    const found = await openid.discovery(new URL(issuer), "gateway", {}, openid.None(), {
      algorithm: "oauth2",
      execute: [openid.allowInsecureRequests],
    });
    assert.deepEqual(JSON.parse(JSON.stringify(found.serverMetadata())), {
      issuer,
      token_endpoint: `${issuer}/token`,
      device_authorization_endpoint: `${issuer}/device_authorization`,
      introspection_endpoint: `${issuer}/introspect`,
      revocation_endpoint: `${issuer}/revoke`,
      grant_types_supported: ["urn:ietf:params:oauth:grant-type:device_code"],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ["none"],
      introspection_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "Bearer"],
      revocation_endpoint_auth_methods_supported: ["none"],
      service_documentation: `${instance.url}/docs/protect-an-api`,
    });
    assert.equal((await fetch(`${instance.url}/docs/protect-an-api`)).status, 200);
  });

  it("report why a service is refused", async () => {
    const { secret } = await seed.token(ada, acme);
    for (const authentication of [openid.ClientSecretBasic, openid.ClientSecretPost]) {
      for (const wrong of [secret, serviceKey.replace(/.$/, (last) => (last === "0" ? "1" : "0")), "guess"]) {
        const asked = openid.tokenIntrospection(configure(authentication(wrong)), secret);
        await assert.rejects(asked, (error: oauth.WWWAuthenticateChallengeError | oauth.ResponseBodyError) => {
          assert.equal(error.status, 401);
          assert.deepEqual(
            "cause" in error && Array.isArray(error.cause) ? error.cause.map(({ scheme }) => scheme) : error.cause,
            ["basic", "bearer"],
          );
          return true;
        });
      }
    }
  });

  it("get a device login, and the scope that its page granted", async () => {
    const configuration = configure(openid.None());
    const session = await seed.session(ada, acme);
    for (const permissions of [["members:read"], null]) {
      const begun = await openid.initiateDeviceAuthorization(configuration, { scope: "everything", audience: "x" });
      const claimed = await session.post("/api/device/claim", { userCode: begun.user_code });
      const approved = await session.post("/api/device/approve", {
        id: claimed.body.id,
        name: "laptop",
        organizationId: acme.id,
        permissions,
        expiresInDays: 30,
      });
      assert.equal(approved.status, 200, JSON.stringify(approved.body));
      const answer = await openid.pollDeviceAuthorizationGrant(configuration, { ...begun, interval: 0 });
      const wanted = permissions ?? instance.deps.catalogue.permissionsOf("owner");
      assert.equal(answer.scope, wanted.join(" "));
    }
  });
});

describe("the form of an OAuth request (RFC 6749 §3.2, §5.2)", () => {
  const { instance, seed } = withInstance({ engine: "sqlite" });

  const send = async (path: string, body: string, headers: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(instance.url + path, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8", ...headers },
      body,
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
  };

  it("ignores fields it does not know, also twice, and treats an empty one as absent", async () => {
    const ada = await seed.person();
    const acme = await seed.organization(ada);
    const token = await seed.token(ada, acme);
    const { client } = await seed.service(ada);
    const query = `token=${token.secret}&resource=a&resource=b&client_assertion=&__proto__=x&token_type_hint=`;
    assert.equal((await send("/oauth2/introspect", `${query}&client_secret=`, client.headers)).body.active, true);
    assert.equal((await send("/oauth2/revoke", `${query}&client_id=me&client_secret=mine`)).status, 200);
    assert.equal((await token.client.get("/api/whoami")).body.code, "token_revoked");
  });

  it("is refused with an OAuth error, with our code beside it", async () => {
    const { client } = await seed.service(await seed.person());
    const token = "x".repeat(2_000);
    assertOAuthError(await send("/oauth2/introspect", `token=${token}`), "invalid_client", 401);
    assertOAuthError(await send("/oauth2/introspect", "", client.headers), "invalid_request");
    assertOAuthError(await send("/oauth2/introspect", "token=", client.headers), "invalid_request");
    assertOAuthError(await send("/oauth2/introspect", "token=a&token=b", client.headers), "invalid_request");
    assertOAuthError(await send("/oauth2/revoke", ""), "invalid_request");
    assertOAuthError(await send("/oauth2/revoke", "{}", { "Content-Type": "application/json" }), "invalid_request");
    // A token of another issuer may be longer than any of ours, and is no error.
    assert.deepEqual((await send("/oauth2/introspect", `token=${token}`, client.headers)).body, { active: false });
    const basic = { Authorization: `Basic ${btoa("gateway:guess")}` };
    const refused = await send("/oauth2/introspect", `token=${token}`, basic);
    assertOAuthError(refused, "invalid_client", 401);
    assert.equal(refused.body.code, "token_malformed");
    assert.match(refused.headers.get("www-authenticate") ?? "", /^Basic realm="mintmark", Bearer /);
    assertOAuthError(await send("/oauth2/introspect", `token=${token}&client_secret=x`, basic), "invalid_request");
    assertOAuthError(await send("/oauth2/introspect", "token=a", { Authorization: "Basic !" }), "invalid_request");
  });
});
