// The client's address, however proxies and programs write it, and a client whose address cannot be read: policies
// that name networks refuse it, and no limit takes all such clients for one.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { ConfigError, loadConfig } from "../../src/config/config.ts";
import { createClientAddress, readClientAddress } from "../../src/network/client-address.ts";
import { assertProblem, PASSWORD, personWithPassword, WRONG_PASSWORD } from "../support/accounts.ts";
import { ENGINES } from "../support/instance.ts";
import type { Person, SeededCredential, SeededOrganization } from "../support/seed.ts";
import { bearer, callTool } from "../mcp/speak.ts";
import { withInstance } from "../support/with-instance.ts";

const V4 = "203.0.113.5";
const V6 = "2001:db8:0:0:0:0:0:7";

/** Every way of writing the address on the left. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  [V4]: [
    V4,
    `${V4}:51008`,
    ` ${V4}\t`,
    `"${V4}"`,
    `"${V4}:80"`,
    `::ffff:${V4}`,
    "::FFFF:cb00:7105",
    `[::ffff:${V4}]:443`,
  ],
  [V6]: [
    "2001:db8::7",
    "2001:DB8::0007",
    "[2001:db8::7]",
    "[2001:db8::7]:443",
    '"[2001:db8::7]:443"',
    "  [2001:db8::7]:443 ",
    "2001:db8::7%eth0",
    "[2001:db8::7%25eth0]:443",
  ],
};

const RUBBISH = [
  ..."unknown|_hidden|-|localhost|999.1.1.1|1.2.3|010.0.0.1|0x7f.0.0.1|1|::::|1::2::3|[2001:db8::7|2001:db8::7]".split(
    "|",
  ),
  ..."203.0.113.5:|203.0.113.5:x|203.0.113.5:123456|203.0.113.5:80:80|[203.0.113.5]:80|[]:80|[2001:db8::7]443".split(
    "|",
  ),
  ..."203.0.113.5%eth0|203.0.113.0/24|::ffff:010.0.0.1|http://203.0.113.5|203.0.113.5 203.0.113.6|for=203.0.113.5".split(
    "|",
  ),
  "",
  '"',
  '""',
  "x".repeat(90),
];

describe("a client's address", () => {
  it("is read with and without blanks, quotes, brackets, port and zone, and nothing else is taken for one", () => {
    for (const [address, spellings] of Object.entries(SPELLINGS))
      for (const spelling of spellings) assert.equal(readClientAddress(spelling), address, spelling);
    for (const rubbish of RUBBISH) assert.equal(readClientAddress(rubbish), null, rubbish);
  });

  it("is the right-most entry that no trusted proxy wrote, and unknown from the first that is no address", () => {
    let warnings = 0;
    const addressOf = createClientAddress(["10.0.0.0/8", "fd00::/8"], () => warnings++);
    for (const peer of ["10.1.2.3", "::ffff:10.1.2.3", "fd00::1"]) {
      for (const spelling of SPELLINGS[V4] ?? []) {
        assert.equal(addressOf(peer, spelling), V4, `${peer} ${spelling}`);
        assert.equal(addressOf(peer, `6.6.6.6, ${spelling},10.9.9.9:4000, [fd00::2]:1`), V4, spelling);
      }
      // An empty header or element says nothing.
      assert.equal(addressOf(peer, `${V4}, ,`), V4);
    }
    assert.equal(addressOf("10.1.2.3", ""), "10.1.2.3");
    assert.equal(warnings, 0);
    for (const rubbish of ["unknown", "6.6.6.6, unknown", "6.6.6.6,203.0.113.5:x, 10.9.9.9"])
      assert.equal(addressOf("10.1.2.3", rubbish), null, rubbish);
    assert.equal(warnings, 1, "one warning a minute");
    assert.equal(addressOf("203.0.113.9", "6.6.6.6"), "203.0.113.9", "an untrusted peer's header is ignored");
  });

  it("of a trusted proxy is configured as an address or a network, and everything else stops the start by name", () => {
    const proxies = (text: string): readonly string[] => loadConfig({ MINTMARK_TRUSTED_PROXIES: text }).trustedProxies;
    assert.deepEqual(proxies("10.0.0.1, ::ffff:10.0.0.2,fd00::1, 10.0.0.0/8,"), [
      "10.0.0.1/32",
      "10.0.0.2/32",
      "fd00:0:0:0:0:0:0:1/128",
      "10.0.0.0/8",
    ]);
    const bad = [
      "10.0.0.1/8",
      "10.0.0.1:80",
      "[::1]",
      "fe80::1%eth0",
      "proxy.internal",
      "10.0.0.0/33",
      "::ffff:10.0.0.0/104",
    ];
    for (const entry of bad)
      assert.throws(
        () => proxies(`10.0.0.1,${entry}`),
        (error) => error instanceof ConfigError && error.message.includes(`"${entry}" is neither`),
        entry,
      );
  });
});

for (const engine of ENGINES) {
  describe(`behind a proxy that writes addresses its own way, on ${engine}`, () => {
    const { instance, seed } = withInstance({ engine, env: { MINTMARK_TRUSTED_PROXIES: "127.0.0.1" } });
    let owner: Person;
    let organization: SeededOrganization;
    let token: SeededCredential<string>;
    let service: SeededCredential<string>;
    before(async () => {
      owner = await seed.person();
      organization = await seed.organization(owner);
      token = await seed.token(owner, organization);
      service = await seed.service(owner);
      const session = await seed.session(owner, organization);
      const path = `/api/organizations/${organization.id}/token-policy`;
      const policy = (await session.get(path)).body;
      const reply = await session.put(path, { ...policy, networks: ["203.0.113.0/24", "2001:db8::/48"] });
      assert.equal(reply.status, 200, JSON.stringify(reply.body));
    });

    it("a policy's networks let in every spelling of an allowed address, on every transport", async () => {
      for (const spelling of Object.values(SPELLINGS).flat()) {
        const headers = { "X-Forwarded-For": spelling };
        assert.equal((await token.client.with(headers).get("/forward-auth")).status, 200, spelling);
        assert.equal((await token.client.with(headers).get("/api/whoami")).status, 200, spelling);
        const verdict = await service.client.post("/api/verify", { token: token.secret, ip: spelling });
        assert.equal(verdict.body.active, true, spelling);
      }
      assert.equal(
        (await callTool(instance, { ...bearer(token), "X-Forwarded-For": `${V4}:1` }, "whoami")).status,
        200,
      );
    });

    it("the policy refuses a client whose address cannot be read, and says that this is why", async () => {
      const headers = { "X-Forwarded-For": "6.6.6.6, unknown" };
      const client = token.client.with(headers);
      const overMcp = await callTool(instance, { ...bearer(token), ...headers }, "whoami");
      for (const reply of [await client.get("/forward-auth"), await client.get("/api/whoami"), overMcp]) {
        assertProblem(reply, 401, "policy_network");
        assert.match(reply.body.detail, /could not be read.*X-Forwarded-For/);
      }
      const elsewhere = await token.client.with({ "X-Forwarded-For": "198.51.100.1:80" }).get("/forward-auth");
      assertProblem(elsewhere, 401, "policy_network");
      assert.doesNotMatch(elsewhere.body.detail, /could not be read/);
      assert.ok(instance.log.some((line) => line.includes("X-Forwarded-For entry that is not an address")));
    });

    it("a service whose ip is no address gets a refusal that says so, and nothing is verified or counted", async () => {
      const counted = await seed.token(owner, owner.personal);
      for (const ip of RUBBISH) {
        const reply = await service.client.post("/api/verify", { token: counted.secret, ip });
        assertProblem(reply, 400, "field_invalid");
        assert.equal(reply.body.errors[0].field, "ip");
      }
      await instance.uses.flush();
      const session = await seed.session(owner);
      assert.equal((await session.get(`/api/personal-access-tokens/${counted.id}`)).body.useCount, 0);
    });

    it("wrong passwords of unknown clients slow down nobody at another account", async () => {
      const unknown = instance.client().with({ "X-Forwarded-For": "unknown" });
      const signIn = (person: Person, password: string) =>
        unknown.post("/api/sign-in", { email: person.email, password });
      const [guessed, other] = [await personWithPassword(seed), await personWithPassword(seed)];
      let refused = 0;
      // One address may fail 100 times before it waits: 105 failures at different accounts would be over that.
      for (let i = 0; i < 21; i++) {
        const victim = i === 0 ? guessed : await personWithPassword(seed);
        for (let tries = 0; tries < 5; tries++) {
          if ((await signIn(victim, WRONG_PASSWORD)).status === 429) refused++;
        }
      }
      assert.equal(refused, 0);
      assert.equal((await signIn(other, PASSWORD)).status, 200);
      // Guessing at one account is slowed down as ever: the wait after three more failures outlasts a slow machine.
      for (let tries = 0; tries < 3; tries++) await signIn(guessed, WRONG_PASSWORD);
      assertProblem(await signIn(guessed, WRONG_PASSWORD), 429, "rate_limited");
    });

    it("device logins and wrong codes of unknown clients slow down no other unknown client", async () => {
      const begin = (client: string) =>
        instance.client().with({ "X-Forwarded-For": client }).sendForm("/oauth2/device_authorization", {});
      for (let i = 0; i < 301; i++) assert.equal((await begin("unknown")).status, 200);
      const people = await Promise.all(Array.from({ length: 11 }, () => seed.person()));
      const typeCode = async (person: Person) =>
        (await seed.session(person)).with({ "X-Forwarded-For": "unknown" }).post("/api/device/claim", {
          userCode: "BBBB-BBBB",
        });
      for (const person of people)
        for (let i = 0; i < 5; i++) assertProblem(await typeCode(person), 404, "device_code_unknown");
      assertProblem(await typeCode(await seed.person()), 404, "device_code_unknown");
    });
  });
}
