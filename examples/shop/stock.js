// The people, teams and robots of the shop: three users and two teams.
export const PASSWORD = "four words nobody guesses";

export const ROBOTS = [
  { id: "rb-1", name: "Picker" },
  { id: "rb-2", name: "Welder" },
];

const PEOPLE = [
  ["Ada Lovelace", "ada@shop.example.com"],
  ["Grace Hopper", "grace@shop.example.com"],
  ["Alan Turing", "alan@shop.example.com"],
];

/** Ada owns both teams. Grace works in both, Alan in one. */
const TEAMS = [
  ["Harbor", "harbor", ["grace@shop.example.com", "alan@shop.example.com"]],
  ["Dockyard", "dockyard", ["grace@shop.example.com"]],
];

/** Fills an empty shop. */
export async function fill(auth) {
  const ids = new Map();
  for (const [name, email] of PEOPLE) {
    const { user } = await auth.api.signUpEmail({ body: { name, email, password: PASSWORD } });
    ids.set(email, user.id);
  }
  for (const [name, slug, members] of TEAMS) {
    const team = await auth.api.createOrganization({ body: { name, slug, userId: ids.get("ada@shop.example.com") } });
    for (const email of members)
      await auth.api.addMember({ body: { userId: ids.get(email), organizationId: team.id, role: "member" } });
  }
}
