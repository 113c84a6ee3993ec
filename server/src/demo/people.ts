// The first part of the history: who joins with which role, who leaves, and which notices they read.
import { createInvitation, withdrawInvitation } from "../use-cases/invitation/invite.ts";
import { changeRole, reinstateMember, removeMember, suspendMember } from "../use-cases/member/member.ts";
import { announceEnds } from "../use-cases/notice/ends.ts";
import { readAllNotices } from "../use-cases/notice/notice.ts";
import { createOrganization, renameOrganization } from "../use-cases/organization.ts";
import { signIn } from "../use-cases/session/sign-in.ts";
import { Refusal } from "../use-cases/use-case.ts";
import { CAST, PLACES, type Who } from "./cast.ts";
import { joinByLink, openSetupLink, signUpByInvitation } from "./received-secrets.ts";
import type { OrganizationKey, Stage } from "./stage.ts";

/** Returns a person's password. Nobody knows most of them. */
export type Passwords = (who: Who) => string;

export function addPeople(stage: Stage, passwords: Passwords): void {
  addFounding(stage, passwords);
  const join = joining(stage, passwords);
  join("tobias", { invitedBy: "mara", role: "owner", invited: [49, "09:40"], joined: [48, "08:15"] });
  join("priya", { invitedBy: "mara", role: "admin", invited: [48, "09:05"], joined: [48, "10:22"] });
  join("jonas", { invitedBy: "tobias", role: "admin", invited: [48, "13:30"], joined: [47, "07:50"] });
  join("elena", { invitedBy: "priya", role: "member", invited: [47, "08:40"], joined: [47, "12:10"] });
  join("sam", { invitedBy: "priya", role: "member", invited: [47, "08:43"], joined: [46, "16:05"] });
  join("yuki", { invitedBy: "priya", role: "member", invited: [47, "08:47"], joined: [46, "06:31"] });
  join("nadia", { invitedBy: "jonas", role: "member", invited: [45, "10:12"], joined: [44, "09:00"] });
  join("owen", { invitedBy: "jonas", role: "member", invited: [41, "14:20"], joined: [41, "17:45"] });
  join("ines", { invitedBy: "jonas", role: "operator", invited: [39, "09:30"], joined: [38, "06:58"] });
  join("chiara", { invitedBy: "priya", role: "viewer", invited: [36, "11:00"], joined: [35, "08:20"] });
  join("leo", { invitedBy: "mara", role: "viewer", invited: [33, "15:10"], joined: [32, "09:14"] });
  addSecondOrganization(stage);
  addChanges(stage);
  addPendingInvitations(stage);
}

function addFounding(stage: Stage, passwords: Passwords): void {
  stage.on(135, "09:12", async () => {
    const { name, email, desk } = CAST.mara;
    const account = { name, email, password: passwords("mara") };
    const actor = stage.enter("mara", await openSetupLink(stage.deps, account, stage.originOf(desk)));
    stage.timeline.pass(70);
    const { organization } = await createOrganization(stage.deps, actor, { name: "Northwind" });
    stage.nameOrganization("northwind", organization.id);
    stage.timeline.pass(240);
    await renameOrganization(stage.deps, actor, { id: organization.id, name: "Northwind Robotics" });
  });
}

type Moment = readonly [daysAgo: number, time: string];

interface Joining {
  readonly invitedBy: Who;
  readonly role: string;
  readonly invited: Moment;
  readonly joined: Moment;
}

/** Returns a function that invites a person to Northwind and signs them up by the link. */
function joining(stage: Stage, passwords: Passwords): (who: Who, how: Joining) => void {
  return (who, { invitedBy, role, invited, joined }) => {
    const { name, email, desk } = CAST[who];
    let link: Awaited<ReturnType<typeof invite>>["link"] | null = null;
    stage.on(...invited, async () => {
      ({ link } = await invite(stage, "northwind", invitedBy, email, role));
    });
    stage.on(...joined, async () => {
      if (link === null) throw new Error(`${who} joins before the invitation`);
      const account = { name, email, password: passwords(who) };
      stage.enter(who, await signUpByInvitation(stage.deps, link, account, stage.originOf(desk)));
    });
  };
}

async function invite(
  stage: Stage,
  key: OrganizationKey,
  by: Who,
  email: string,
  role: string,
): ReturnType<typeof createInvitation> {
  const actor = await stage.browserOf(by);
  return createInvitation(stage.deps, actor, { organizationId: stage.organizationId(key), email, role });
}

/** A small organization that shares members with Northwind. Each organization shows only its own events. */
function addSecondOrganization(stage: Stage): void {
  stage.on(30, "13:05", async () => {
    const { organization } = await createOrganization(stage.deps, await stage.browserOf("tobias"), {
      name: "Harbor Test Lab",
    });
    stage.nameOrganization("harbor", organization.id);
  });
  const join = (who: Who, role: string, minute: number): void =>
    stage.on(30, `14:${minute}`, async () => {
      const { link } = await invite(stage, "harbor", "tobias", CAST[who].email, role);
      stage.timeline.pass(600);
      stage.resume(who, await joinByLink(stage.deps, await stage.browserOf(who), link));
    });
  join("mara", "admin", 10);
  join("elena", "member", 24);
  join("yuki", "operator", 41);
}

function addChanges(stage: Stage): void {
  const inNorthwind = async (who: Who) =>
    ({
      organizationId: stage.organizationId("northwind"),
      membershipId: await stage.membershipId("northwind", who),
    }) as const;
  stage.on(27, "10:30", async () =>
    changeRole(stage.deps, await stage.browserOf("mara"), { ...(await inNorthwind("chiara")), role: "operator" }),
  );
  stage.on(23, "09:20", async () =>
    suspendMember(stage.deps, await stage.browserOf("priya"), await inNorthwind("sam")),
  );
  stage.on(22, "08:45", async () =>
    reinstateMember(stage.deps, await stage.browserOf("priya"), await inNorthwind("sam")),
  );
  stage.on(17, "21:50", () => failSignIn(stage));
  stage.on(9, "16:30", async () => removeMember(stage.deps, await stage.browserOf("mara"), await inNorthwind("owen")));
  stage.on(6, "11:15", async () =>
    suspendMember(stage.deps, await stage.browserOf("priya"), await inNorthwind("nadia")),
  );
}

/** A stranger tries a password for Mara's account. */
async function failSignIn(stage: Stage): Promise<void> {
  try {
    await signIn(stage.deps, { email: CAST.mara.email, password: "northwind-2026" }, stage.originOf(PLACES.stranger));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

function addPendingInvitations(stage: Stage): void {
  stage.on(12, "10:00", async () => {
    const { invitation } = await invite(stage, "northwind", "jonas", "victor@contractors.example", "admin");
    stage.timeline.pass(300);
    await withdrawInvitation(stage.deps, await stage.browserOf("jonas"), {
      organizationId: stage.organizationId("northwind"),
      invitationId: invitation.id,
    });
  });
  stage.on(10, "15:25", () => invite(stage, "northwind", "priya", "anton@contractors.example", "viewer"));
  stage.on(3, "08:55", () => invite(stage, "northwind", "priya", "karim@northwind.example", "member"));
  stage.on(1, "14:35", () => invite(stage, "northwind", "jonas", "freya@northwind.example", "operator"));
}

/** Mintmark checks for coming expiries every minute. For the past, once a night is enough. */
const NIGHTS = 50;
/** Older notices are read. */
const READ_DAYS_AGO = 4;

export function addNotices(stage: Stage): void {
  for (let daysAgo = NIGHTS; daysAgo >= 0; daysAgo--) stage.on(daysAgo, "00:20", () => announceEnds(stage.deps));
  stage.on(READ_DAYS_AGO, "18:00", async () => {
    for (const who of Object.keys(CAST) as Who[]) {
      const user = await stage.deps.store.reads.findUser(stage.userId(who));
      if (user !== null) await readAllNotices(stage.deps, { user });
    }
  });
}
