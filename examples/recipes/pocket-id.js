// Pocket ID has no webhooks. Its groups are the organizations here, and this program, run every few minutes, sets their members to
// those of Pocket ID. `maxRemovals` keeps a fault there from ending everybody's tokens here.
import { send } from "./send.js";

const { MINTMARK_URL, MINTMARK_MANAGEMENT_KEY, POCKET_ID_URL, POCKET_ID_API_KEY } = process.env;

async function listAll(path) {
  const items = [];
  for (let page = 1, pages = 1; page <= pages; page++) {
    const query = `pagination[page]=${page}&pagination[limit]=100`;
    const response = await fetch(`${POCKET_ID_URL}/api/${path}?${query}`, {
      headers: { "X-API-Key": POCKET_ID_API_KEY },
    });
    if (!response.ok) throw new Error(`Pocket ID answered ${response.status}`);
    const { data, pagination } = await response.json();
    items.push(...data);
    pages = pagination.totalPages;
  }
  return items;
}

export async function synchronise() {
  const users = await listAll("users");
  const groups = await listAll("user-groups");
  await send([
    ...users.map(({ id, firstName, lastName, email, disabled = false }) => {
      const name = `${firstName} ${lastName ?? ""}`.trim();
      return { type: "user.put", user: id, name, email, emailVerified: false, suspended: disabled };
    }),
    ...groups.map(({ id, friendlyName }) => ({ type: "organization.put", organization: id, name: friendlyName })),
  ]);
  for (const { id } of groups) {
    const members = users
      .filter(({ userGroups }) => userGroups.some((group) => group.id === id))
      .map((user) => ({ externalId: user.id, role: user.isAdmin ? "admin" : "member" }));
    const response = await fetch(`${MINTMARK_URL}/api/manage/organizations/${id}/members`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${MINTMARK_MANAGEMENT_KEY}`, "Content-Type": "application/json" },
      body: JSON.stringify({ members }),
    });
    if (!response.ok) throw new Error(`Mintmark refused: ${(await response.json()).detail}`);
  }
}
