// Keycloak 26 with its organizations: admin events, sent by an event listener for HTTP, such as `ext-event-http`, which signs
// the body with a shared secret. Roles in organizations are yours: here a group named "owners" has them.
import { isSigned } from "./signature.js";

export function isGenuine(headers, text) {
  return isSigned(text, process.env.KEYCLOAK_WEBHOOK_SECRET, [headers["x-keycloak-signature"] ?? ""], "hex");
}

/** An admin event. `resourcePath` names the object, `representation` is its JSON, `time` is in milliseconds. */
export function changesOf({ resourceType, operationType, resourcePath, representation, time: version }) {
  const [, first, , second] = resourcePath.split("/");
  const isDeletion = operationType === "DELETE";
  const facts = JSON.parse(representation || "{}");
  if (resourceType === "USER") {
    if (isDeletion) return [{ type: "user.delete", user: first, version }];
    // An update that names no address has the other fields only.
    if (!facts.email) return [];
    const name = [facts.firstName, facts.lastName].filter(Boolean).join(" ") || facts.username || facts.email;
    const { email, emailVerified = false, enabled = true } = facts;
    return [{ type: "user.put", user: facts.id ?? first, name, email, emailVerified, suspended: !enabled, version }];
  }
  if (resourceType === "ORGANIZATION") {
    if (isDeletion) return [{ type: "organization.delete", organization: first, version }];
    return [{ type: "organization.put", organization: facts.id ?? first, name: facts.name, version }];
  }
  if (resourceType === "ORGANIZATION_MEMBERSHIP") {
    const member = { organization: first, user: second ?? facts.id };
    if (isDeletion) return [{ type: "member.delete", ...member, version }];
    return [{ type: "member.put", ...member, role: "member", version }];
  }
  return [];
}
