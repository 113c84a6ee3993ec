// Sends changes to Mintmark. Each recipe of this folder turns an event of its product into such changes.
const { MINTMARK_URL, MINTMARK_MANAGEMENT_KEY } = process.env;

/**
 * Sends up to 1,000 changes, in order. Throws when Mintmark refused one, so that a webhook responds with 500 and comes again. With
 * `mayBeUnknown`, whom Mintmark does not know has nothing that could be changed.
 */
export async function send(changes, { mayBeUnknown = false } = {}) {
  if (changes.length === 0) return;
  const response = await fetch(`${MINTMARK_URL}/api/manage/batch`, {
    method: "POST",
    headers: { Authorization: `Bearer ${MINTMARK_MANAGEMENT_KEY}`, "Content-Type": "application/json" },
    body: JSON.stringify({ changes }),
  });
  const { results, detail } = await response.json();
  if (!response.ok) throw new Error(`Mintmark refused: ${detail}`);
  const refused = results.find(({ status }) => status !== 200 && !(mayBeUnknown && status === 404));
  if (refused !== undefined) throw new Error(`Mintmark refused a change: ${refused.detail}`);
}
