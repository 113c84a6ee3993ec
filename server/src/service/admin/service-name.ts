import { Refusal } from "../refusal.ts";

/** Of two live services none have one name: people tell them apart by it. */
export function nameTaken(): Refusal {
  const message = "Another service has this name.";
  return new Refusal("name_invalid", `${message} Choose another, or revoke that service first.`, {
    errors: [{ field: "name", message }],
  });
}
