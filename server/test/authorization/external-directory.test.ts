// An instance whose directory the host product keeps. Every operation is one of three: refused, refused for what the host
// keeps, or allowed. A new operation that is in no list fails. A refusal changes no row.
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import type { Operation } from "../../src/http/operation.ts";
import { operations } from "../../src/http/operations.ts";
import { TOOLS } from "../../src/mcp/tools/index.ts";
import { createResetLinkOnHost } from "../../src/use-cases/admin/password-reset.ts";
import { issueEmailLink } from "../../src/use-cases/account/email-link.ts";
import { signIn } from "../../src/use-cases/session/sign-in.ts";
import { renewSetupCode, setUpInstance } from "../../src/use-cases/admin/set-up.ts";
import { Refusal } from "../../src/use-cases/use-case.ts";
import { callTool, codeOf, toolsOf } from "../mcp/speak.ts";
import { assertProblem, originAt, PASSWORD, personWithPassword } from "../support/accounts.ts";
import type { Client, Reply } from "../support/client.ts";
import { type DatabaseState, openDatabaseState } from "../support/database-state.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { type Person, Seed, type SeededCredential, type SeededOrganization } from "../support/seed.ts";
import type { Cast, MatrixActor } from "./actors.ts";
import { bodyOf, pathOf } from "./examples.ts";
import { Targets } from "./targets.ts";

const EXTERNAL = {
  MINTMARK_DIRECTORY: "external",
  MINTMARK_HOST_NAME: "Northwind Robotics",
  MINTMARK_HOST_URL: "https://app.northwind.example/settings/team",
};

/** Nobody and no organization gets in but by the host. */
const REFUSED = new Set([
  "signUp",
  "createInvitation",
  "resendInvitation",
  "previewInvitation",
  "acceptInvitation",
  "createOrganization",
  "listJoinableOrganizations",
  "joinOrganization",
  "setDomainJoining",
  "appointOwner",
  "createResetLink",
]);

/** Nobody but the host changes or ends what it keeps. */
const REFUSED_IF_KEPT = new Set([
  "updateAccount",
  "deleteAccount",
  "renameOrganization",
  "deleteOrganization",
  "changeRole",
  "suspendMember",
  "reinstateMember",
  "removeMember",
]);

/** Refused for people who have no password here, or whose address the host keeps: tested one by one below. */
const REFUSED_FOR_SOME = new Set(["changePassword", "resetPassword", "verifyEmail"]);

const ALLOWED = new Set(
  `describeInstance setUp signIn signOut getSession findSession switchOrganization reauthenticate listSessions
  endOtherSessions endSession listAccountEvents requestEmailVerification forgotPassword listTokenUses getTokenUsage
  listOrganizationTokenUses getOrganizationTokenUsage listApiKeyUses getApiKeyUsage getOverview getInstanceMetrics listTokens
  mintToken getToken renameToken revokeToken replaceToken dismissToken listOrganizations getOrganization getDomainJoining
  clearDomainJoining listMembers previewOffboarding getOffboardingReceipt listInvitations withdrawInvitation listApiKeys
  createApiKey getApiKey revokeApiKey listOrganizationTokens exportOrganizationTokens revokeOrganizationTokens
  getOrganizationToken revokeOrganizationToken getPolicy setPolicy getMintingRules previewPolicy listAuditEvents
  exportAuditEvents getAuditRetention setAuditRetention listUsers getUser updateUser suspendUser reinstateUser
  endUserSessions revokeUserTokens listInstanceOrganizations getInstanceOrganization listInstanceTokens
  revokeInstanceTokens revokeInstanceToken listServices createService renameService revokeService listInstanceEvents
  getMailState listFailedEmails sendTestEmail getTestEmail listNotices readAllNotices readNotice dismissNotice
  getNoticePreferences setNoticePreferences unsubscribe getCalendarFeed createCalendarFeed revokeCalendarFeed readCalendar
  previewHandOff redeemHandOff listManagementKeys createManagementKey renameManagementKey revokeManagementKey
  authorizationServerMetadata whoami verify revokeLeakedCredentials introspect revokeByToken requestDevice issueToken claimDevice
  openLoopback approveDevice denyDevice listWebhooks createWebhook getWebhook changeWebhook deleteWebhook rotateWebhookSecret
  testWebhook listWebhookDeliveries replayWebhookDelivery replayWebhook createServiceKey revokeServiceKey`.split(/\s+/),
);

describe("an instance whose directory the host keeps", () => {
  let instance: TestInstance;
  let seed: Seed;
  let state: DatabaseState;
  let owner: Person;
  let organization: SeededOrganization;
  let token: SeededCredential<string>;
  let session: Client;
  let service: SeededCredential<string>;
  let cast: Cast;
  let targets: Targets;

  before(async () => {
    instance = await startInstance({ env: EXTERNAL });
    seed = new Seed(instance);
    // Only instance admins can sign in here.
    owner = await personWithPassword(seed, "owner", { instanceAdmin: true });
    const outsider = await personWithPassword(seed, "outsider", { instanceAdmin: true });
    organization = await seed.organization(owner, "Kept");
    const other = await seed.organization(outsider, "Other");
    const coOwner = await seed.person("co-owner", { instanceAdmin: true });
    await seed.member(organization, coOwner, "owner");
    token = await seed.token(owner, organization);
    session = await seed.session(owner, organization);
    service = await seed.service(owner);
    cast = {
      seed,
      organization,
      other,
      owner,
      outsider,
      actors: [],
      without: () => assert.fail("nobody lacks a permission here"),
      withoutScope: () => assert.fail("nobody lacks a scope here"),
    };
    targets = await Targets.place(cast);
    await instance.deps.store.transaction(async (tx) => {
      await tx.markSetUp(instance.deps.clock());
      await tx.verifyUserEmail(owner.id, instance.deps.clock());
    });
    state = await openDatabaseState(instance);
  });
  after(async () => {
    await state.close();
    await instance.close();
  });

  it("classifies every operation once, as its declaration says", () => {
    const lists = [REFUSED, REFUSED_IF_KEPT, REFUSED_FOR_SOME, ALLOWED];
    const named = new Set(lists.flatMap((list) => [...list]));
    for (const { operationId, path, refusals } of operations) {
      // A management key is the host's own credential.
      if (path.startsWith("/api/manage/")) continue;
      named.delete(operationId);
      const found = lists.filter((list) => list.has(operationId));
      assert.equal(found.length, 1, `${operationId} is in ${found.length} lists: say whether the host alone does it`);
      assert.equal(refusals.includes("directory_external"), found[0] !== ALLOWED, operationId);
    }
    assert.deepEqual([...named], []);
  });

  it("refuses each of them as it is classified, for what the host does not know and for what it keeps", async () => {
    for (const operation of operations) {
      const { operationId } = operation;
      const isRefused = REFUSED.has(operationId);
      if (!isRefused && !REFUSED_IF_KEPT.has(operationId)) continue;
      const unknown = await call(operation);
      if (isRefused) await assertRefused(operation, unknown);
      else assert.ok(unknown.status < 300, `${operationId}: ${JSON.stringify(unknown.body)}`);
      await state.restore();
    }
    await keepEverything();
    for (const operation of operations) {
      const { operationId, path } = operation;
      if (path.startsWith("/api/manage/") || REFUSED_FOR_SOME.has(operationId)) continue;
      const reply = await call(operation);
      if (REFUSED.has(operationId) || REFUSED_IF_KEPT.has(operationId)) await assertRefused(operation, reply);
      else assert.notEqual(reply.body?.code, "directory_external", operationId);
      await state.restore();
    }
  });

  it("lets instance admins alone sign in with a password, and refuses the sessions of everybody else", async () => {
    const member = await personWithPassword(seed, "member");
    const before = await seed.session(member);
    assertProblem(await before.get("/api/session"), 401, "session_ended");
    const attempt = (email: string): Promise<unknown> =>
      signIn(instance.deps, { email, password: PASSWORD }, originAt(null));
    await assert.rejects(attempt(member.email), isRefusal("sign_in_failed"));
    await attempt(owner.email);
    await state.restore();
  });

  it("lets instance admins alone set a password, by a link that was made before or on the server", async () => {
    const member = await personWithPassword(seed, "member");
    const links = await instance.deps.store.transaction(async (tx) => {
      const at = instance.deps.clock();
      return [
        await issueEmailLink(tx, "reset_password", member, at),
        await issueEmailLink(tx, "reset_password", owner, at),
      ];
    });
    const [refused, allowed] = await Promise.all(
      links.map((link) =>
        instance.client().post("/api/password/reset", { token: link.expose(), password: "another tr0ubador" }),
      ),
    );
    assertProblem(refused as Reply, 403, "directory_external");
    assert.equal(allowed?.status, 200);
    await assert.rejects(
      createResetLinkOnHost(instance.deps, { email: member.email }),
      isRefusal("directory_external"),
    );
    assert.notEqual(await createResetLinkOnHost(instance.deps, { email: owner.email }), null);
    await state.restore();
  });

  it("does not change an address that the host keeps by a link that was mailed before", async () => {
    const link = await instance.deps.store.transaction((tx) =>
      issueEmailLink(tx, "verify_email", { id: owner.id, email: "other@example.com" }, instance.deps.clock()),
    );
    assertProblem(await session.post("/api/email/verify", { token: link.expose() }), 403, "directory_external");
    assert.equal((await instance.deps.store.reads.findUser(owner.id))?.email, owner.email);
    await state.restore();
  });

  it("refuses to mint and to verify in a personal organization", async () => {
    const own = await seed.token(owner, owner.personal);
    assertProblem(await own.client.get("/api/whoami"), 401, "personal_organization_denied");
    const personal = await seed.session(owner, owner.personal);
    assertProblem(
      await personal.post("/api/personal-access-tokens", { name: "own" }),
      403,
      "personal_organization_denied",
    );
    await state.restore();
  });

  it("offers AI clients every tool but the one that invites", async () => {
    const credential = { Authorization: `Bearer ${token.secret}` };
    const offered = await toolsOf(instance, credential);
    assert.deepEqual(
      TOOLS.map(({ name }) => name).filter((name) => !offered.includes(name)),
      ["create_invitation"],
    );
    const invited = await callTool(instance, credential, "create_invitation", {
      email: "x@example.com",
      role: "viewer",
    });
    assert.equal(codeOf(invited), "directory_external");
    assert.deepEqual(await state.changed(), []);
  });

  it("names the host to everybody, so that pages can say who manages people", async () => {
    const { body } = await instance.client().get("/api/instance");
    assert.deepEqual(
      [body.directory, body.host, body.personalTokens],
      ["external", { name: EXTERNAL.MINTMARK_HOST_NAME, url: EXTERNAL.MINTMARK_HOST_URL }, "deny"],
    );
  });

  /** Calls the operation as the owner, who is an instance admin, or as a service. */
  async function call(operation: Operation): Promise<Reply> {
    const { credentials } = operation;
    const actor: MatrixActor = {
      name: "owner",
      kind: "session",
      presented: {},
      person: null,
      organization,
      permissions: [],
      scopes: [],
      isInstanceAdmin: true,
      isHandOff: false,
      isSuspended: false,
      isStale: false,
    };
    const scene = { cast, targets, actor, operation };
    const client = credentials.includes("public")
      ? instance.client()
      : credentials.includes("service")
        ? service.client
        : session;
    const [path, body] = [pathOf(scene, "own"), bodyOf(scene)];
    return operation.bodyType === "form" && body !== undefined
      ? client.sendForm(path, body as Readonly<Record<string, string>>)
      : client.send(operation.method.toUpperCase(), path, body);
  }

  async function assertRefused({ operationId }: Operation, reply: Reply): Promise<void> {
    assert.deepEqual(
      [reply.status, reply.body?.code],
      [403, "directory_external"],
      `${operationId}: ${JSON.stringify(reply.body)}`,
    );
    for (const words of [EXTERNAL.MINTMARK_HOST_NAME, EXTERNAL.MINTMARK_HOST_URL])
      assert.ok(reply.body.detail.includes(words), operationId);
    assert.deepEqual(await state.changed(), [], `${operationId} changed rows`);
  }

  /** As if the host had made every user and organization. It stays so. */
  async function keepEverything(): Promise<void> {
    const database = new DatabaseSync(join(instance.folder, "mintmark.db"), { timeout: 5000 });
    for (const table of ["users", "organizations"])
      database.exec(`update ${table} set external_source = 'host', external_id = 'ext-' || id`);
    database.close();
    await state.close();
    state = await openDatabaseState(instance);
  }
});

describe("the first account where the host keeps the directory", () => {
  it("comes from the set-up code, is in no organization, and can sign in and administer", async () => {
    const instance = await startInstance({ env: EXTERNAL });
    try {
      const code = await renewSetupCode(instance.deps);
      const account = { code: code.expose(), name: "Ada", email: "ada@example.com", password: "tr0ubador & three" };
      const { secret } = await setUpInstance(instance.deps, account, originAt(null));
      const browser = instance.client().withCookie(`mintmark_session=${secret.expose()}`);
      const { body: session } = await browser.get("/api/session");
      assert.deepEqual([session.organization, session.organizations, session.user.instanceAdmin], [null, [], true]);
      assert.equal((await browser.get("/api/admin/users")).body.items.length, 1);
      const { body: sessions } = await browser.get("/api/account/sessions");
      assert.deepEqual(sessions.items[0].organization, null);
      assertProblem(await browser.get("/api/whoami"), 404, "not_found");
      assertProblem(await browser.post("/api/personal-access-tokens", { name: "none" }), 404, "not_found");
      const again = await instance.client().post("/api/sign-in", { email: account.email, password: account.password });
      assert.deepEqual([again.status, again.body.organization], [200, null]);
    } finally {
      await instance.close();
    }
  });
});

function isRefusal(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Refusal && error.code === code;
}
