// Auth.js has no organizations and no webhooks. Its events tell when a person signs in or changes; your own functions for teams
// tell the rest. Spread `events` into the configuration of Auth.js.
import { send } from "./send.js";

function put(user, profile) {
  const { id, name, email } = user;
  if (!email) return [];
  // Only what the provider proved: GitHub and Google say so in the profile, and a sign-in by email proves the address.
  const emailVerified = profile?.email_verified === true || user.emailVerified instanceof Date;
  return [{ type: "user.put", user: id, name: name ?? email, email, emailVerified }];
}

export const events = {
  signIn: ({ user, profile }) => send(put(user, profile)),
  updateUser: ({ user }) => send(put(user)),
};

/** Call it where your product adds a member or changes a role. */
export const putMember = (team, user, role) =>
  send([
    { type: "organization.put", organization: team.id, name: team.name },
    { type: "member.put", organization: team.id, user: user.id, role },
  ]);

/** Suspend, commit, delete: when it returns, the tokens are dead, and a crash in between leaves none alive. */
export async function removeMember(team, user, role, commit) {
  const member = { organization: team.id, user: user.id };
  await send([{ type: "member.put", ...member, role, suspended: true }], { mayBeUnknown: true });
  await commit();
  await send([{ type: "member.delete", ...member }]);
}

/** Call it where your product deletes an account. */
export const deleteUser = (user) => send([{ type: "user.delete", user: user.id }]);
