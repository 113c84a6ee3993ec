// People who change authority and programs that verify, at the same time, on replicas chosen by chance. Everything goes
// through the public HTTP API. Every request and response becomes part of the history.
import { setTimeout as sleep } from "node:timers/promises";
import type { Change, History, Outcome, Subject } from "./history.ts";
import type { Random } from "./random.ts";
import type { Answer, Replica } from "./replica.ts";

interface Member {
  readonly membershipId: string;
  readonly cookie: string;
  role: string;
  suspended: boolean;
  busy: boolean;
}

interface Token {
  readonly id: string;
  readonly secret: string;
  readonly member: Member;
  isEnding: boolean;
}

const PASSWORD = "correct horse battery staple 9";
const MEMBERS = 8;
const ROLES = ["member", "viewer"] as const;
const PAUSE_AFTER_FAILURE_MS = 50;
/** The share of verifications of tokens that nobody has revoked. The others are of tokens that ended recently. */
const LIVE_SHARE = 0.7;
/** Recently ended tokens stay among those that are verified. */
const REMEMBERED_TOKENS = 60;

export class Workload {
  readonly #replicas: readonly Replica[];
  readonly #history: History;
  readonly #random: Random;
  readonly #members: Member[] = [];
  readonly #tokens: Token[] = [];
  readonly #revoked: Token[] = [];
  #organizationId = "";
  #owner: Readonly<Record<string, string>> = {};
  #isOver = false;
  /** Responses that no fault explains, such as a 500. */
  readonly unexpected: string[] = [];

  constructor(replicas: readonly Replica[], history: History, random: Random) {
    this.#replicas = replicas;
    this.#history = history;
    this.#random = random;
  }

  /** Makes the first account with the code that the first start printed, an organization, and its members. */
  async setUp(output: string): Promise<void> {
    const first = this.#replicas[0] as Replica;
    const code = /#code=([^\s]+)/.exec(output)?.[1];
    const person = { name: "Owner", email: "owner@example.com", password: PASSWORD };
    const owner = cookieOf(expect(await first.ask("POST", "/api/setup", SAME_ORIGIN, { code, ...person }), 201));
    const session = { Cookie: owner, ...SAME_ORIGIN };
    const made = expect(await first.ask("POST", "/api/organizations", session, { name: "Acme" }), 201);
    this.#organizationId = made.body.id;
    const minted = await first.ask("POST", "/api/personal-access-tokens", session, {
      name: "administration",
      organizationId: this.#organizationId,
      expiresInDays: 30,
    });
    this.#owner = { Authorization: `Bearer ${expect(minted, 201).body.secret}` };
    for (let i = 0; i < MEMBERS; i++) this.#members.push(await this.#join(first, i));
    for (const member of this.#members) for (let i = 0; i < 3; i++) await this.#mint(member);
  }

  /** Runs until `end`: `changers` people and `verifiers` programs for each replica. */
  async run(changers: number, verifiers: number): Promise<void> {
    const loops: Promise<void>[] = [];
    for (let i = 0; i < changers; i++) loops.push(this.#change());
    for (const replica of this.#replicas) for (let i = 0; i < verifiers; i++) loops.push(this.#verifyAt(replica));
    await Promise.all(loops);
  }

  end(): void {
    this.#isOver = true;
  }

  /** Checks after all faults that every acknowledged mint and revocation is there, and each revocation is recorded once. */
  async audit(): Promise<readonly string[]> {
    const problems: string[] = [];
    const first = this.#replicas[0] as Replica;
    const recorded = new Map<string, number>();
    let cursor = "";
    do {
      const path = `${this.#path("audit-events")}?action=pat.revoked&limit=200${cursor}`;
      const { body } = expect(await first.ask("GET", path, this.#owner), 200);
      for (const { target } of body.items) recorded.set(target.id, (recorded.get(target.id) ?? 0) + 1);
      cursor = body.nextCursor === null ? "" : `&cursor=${encodeURIComponent(body.nextCursor)}`;
    } while (cursor !== "");
    for (const { id } of this.#revoked) {
      const times = recorded.get(id) ?? 0;
      if (times !== 1) problems.push(`the revocation of ${id} is on record ${times} times`);
    }
    for (const token of this.#tokens.filter(({ isEnding }) => !isEnding))
      for (const replica of this.#replicas) await this.#verify(replica, token);
    for (const token of this.#revoked.slice(-200))
      for (const replica of this.#replicas) await this.#verify(replica, token);
    return problems;
  }

  async #join(replica: Replica, index: number): Promise<Member> {
    const email = `member${index}@example.com`;
    const invited = await replica.ask("POST", this.#path("invitations"), this.#owner, { email, role: "member" });
    const invitation = /token=([^&]+)/.exec(expect(invited, 201).body.url)?.[1];
    const person = { name: `Member ${index}`, email, password: PASSWORD, invitation };
    const signedUp = expect(await replica.ask("POST", "/api/sign-up", SAME_ORIGIN, person), 201);
    const members = expect(await replica.ask("GET", `${this.#path("members")}?limit=50`, this.#owner), 200);
    const { id: membershipId } = members.body.items.find(
      (one: { user: { email: string } }) => one.user.email === email,
    );
    const member = { membershipId, cookie: cookieOf(signedUp), role: "member", suspended: false, busy: false };
    this.#note(`membership:${membershipId}`, "active member", performance.now(), performance.now());
    return member;
  }

  async #change(): Promise<void> {
    while (!this.#isOver) {
      await sleep(this.#random.between(5, 60));
      const member = this.#random.pick(this.#members);
      const chance = this.#random.next();
      if (chance < 0.5) await this.#mint(member);
      else if (chance < 0.8) await this.#revoke();
      else if (!member.busy) await this.#changeMember(member, chance < 0.92);
    }
  }

  async #mint(member: Member): Promise<void> {
    const begin = performance.now();
    const body = { name: "tool", organizationId: this.#organizationId, expiresInDays: 30 };
    const headers = { Cookie: member.cookie, ...SAME_ORIGIN };
    const answer = await this.#anywhere().ask("POST", "/api/personal-access-tokens", headers, body);
    if (answer.status === 201) {
      const { token, secret } = answer.body;
      this.#note(`token:${token.id}`, "live", begin, performance.now());
      this.#tokens.push({ id: token.id, secret, member, isEnding: false });
      return;
    }
    // A suspended member may not mint.
    const isExpected = answer.status === 404 || answer.status === 403 || member.suspended || member.busy;
    if (!isExpected) this.#noteUnexpected("mint", answer);
    await sleep(PAUSE_AFTER_FAILURE_MS);
  }

  async #revoke(): Promise<void> {
    const live = this.#tokens.filter(({ isEnding }) => !isEnding);
    if (live.length < MEMBERS) return;
    const token = this.#random.pick(live);
    token.isEnding = true;
    const bySecret = this.#random.next() < 0.3;
    await this.#until(`token:${token.id}`, "revoked", (replica) =>
      bySecret
        ? replica.ask("POST", "/api/credentials/revoke", {}, { credentials: [token.secret] })
        : replica.ask("DELETE", `${this.#path("personal-access-tokens")}/${token.id}`, this.#owner),
    );
    this.#revoked.push(token);
    // Tokens that ended long ago are no longer verified, so that recent ones are verified often.
    const ended = this.#tokens.filter(({ isEnding }) => isEnding);
    if (ended.length > REMEMBERED_TOKENS) this.#tokens.splice(this.#tokens.indexOf(ended[0] as Token), 1);
  }

  async #changeMember(member: Member, suspension: boolean): Promise<void> {
    member.busy = true;
    const path = `${this.#path("members")}/${member.membershipId}`;
    const subject: Subject = `membership:${member.membershipId}`;
    if (suspension || member.suspended) {
      const verb = member.suspended ? "reinstate" : "suspend";
      const state = member.suspended ? `active ${member.role}` : "suspended";
      await this.#until(subject, state, (replica) => replica.ask("POST", `${path}/${verb}`, this.#owner, {}));
      member.suspended = !member.suspended;
    } else {
      const role = ROLES.find((one) => one !== member.role) ?? member.role;
      await this.#until(subject, `active ${role}`, (replica) => replica.ask("PATCH", path, this.#owner, { role }));
      member.role = role;
    }
    member.busy = false;
  }

  /** Repeats a change on any replica until a response confirms it. 409 means that it was done before. */
  async #until(subject: Subject, state: string, ask: (replica: Replica) => Promise<Answer>): Promise<void> {
    const change = this.#note(subject, state, performance.now(), null);
    for (;;) {
      const answer = await ask(this.#anywhere());
      if (answer.status === 409 || (answer.status >= 200 && answer.status < 300)) {
        change.end = performance.now();
        return;
      }
      this.#noteUnexpected(`${state} of ${subject}`, answer);
      if (this.#isOver && answer.status !== 0 && answer.status !== 503) return;
      await sleep(PAUSE_AFTER_FAILURE_MS);
    }
  }

  async #verifyAt(replica: Replica): Promise<void> {
    while (!this.#isOver) {
      await sleep(this.#random.between(0, 8));
      const wanted = this.#random.next() < LIVE_SHARE;
      const candidates = this.#tokens.filter(({ isEnding }) => isEnding !== wanted);
      await this.#verify(replica, this.#random.pick(candidates.length > 0 ? candidates : this.#tokens));
    }
  }

  async #verify(replica: Replica, token: Token): Promise<void> {
    const begin = performance.now();
    const answer = await replica.ask("GET", "/forward-auth", { Authorization: `Bearer ${token.secret}` });
    this.#history.verifications.push({
      token: `token:${token.id}`,
      membership: `membership:${token.member.membershipId}`,
      replica: replica.index,
      begin,
      end: performance.now(),
      outcome: outcomeOf(answer),
    });
    if (answer.status === 0) await sleep(PAUSE_AFTER_FAILURE_MS);
  }

  #note(subject: Subject, state: string, begin: number, end: number | null): Change {
    const change: Change = { subject, state, begin, end };
    this.#history.changes.push(change);
    return change;
  }

  #noteUnexpected(what: string, { status, body }: Answer): void {
    // Under faults, no response and 503 are allowed. After the revocation of its minter's session, nothing else is.
    if (status === 0 || status === 503) return;
    if (this.unexpected.length < 20) this.unexpected.push(`${what}: ${status} ${body?.code ?? ""}`);
  }

  #anywhere(): Replica {
    return this.#random.pick(this.#replicas);
  }

  #path(resource: string): string {
    return `/api/organizations/${this.#organizationId}/${resource}`;
  }
}

const SAME_ORIGIN = { "Sec-Fetch-Site": "same-origin" };

function outcomeOf({ status, headers, body }: Answer): Outcome {
  if (status === 200) return { kind: "accept", role: String(headers["x-mintmark-role"]) };
  if (status === 401 || status === 403) return { kind: "refuse", code: String(body?.code) };
  return { kind: "unavailable", why: status === 0 ? "no answer" : `${status} ${body?.code ?? ""}` };
}

function expect(answer: Answer, status: number): Answer {
  if (answer.status === status) return answer;
  throw new Error(`the set-up of the run failed: ${answer.status} ${JSON.stringify(answer.body)}`);
}

function cookieOf({ headers }: Answer): string {
  return [headers["set-cookie"] ?? []]
    .flat()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}
