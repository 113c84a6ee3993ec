// Zitadel: an execution of Actions v2 on the events org.* and user.*, with a target that signs. Each person belongs to one
// organization there, the resource owner.
import { isRecent, isSigned } from "./signature.js";

/** `ZITADEL-Signature: t=1700000000,v1=…`: an HMAC over the time, a dot and the body. */
export function isGenuine(headers, text) {
  const parts = (headers["zitadel-signature"] ?? "").split(",").map((part) => part.split("="));
  const at = parts.find(([name]) => name === "t")?.[1];
  const signatures = parts.filter(([name]) => name === "v1").map(([, value]) => value);
  return isRecent(at) && isSigned(`${at}.${text}`, process.env.ZITADEL_SIGNING_KEY, signatures, "hex");
}

/** `created_at` is the instant of the event. */
export function changesOf({
  aggregateID: id,
  resourceOwner,
  event_type: type,
  event_payload: facts,
  created_at: version,
}) {
  switch (type) {
    case "org.added":
    case "org.changed":
      return [{ type: "organization.put", organization: id, name: facts.name, version }];
    case "org.removed":
      return [{ type: "organization.delete", organization: id, version }];
    case "user.human.added":
    case "user.human.selfregistered": {
      const name = facts.displayName || `${facts.firstName} ${facts.lastName}`;
      return [
        { type: "user.put", user: id, name, email: facts.email, version },
        { type: "member.put", organization: resourceOwner, user: id, role: "member", version },
      ];
    }
    case "user.locked":
    case "user.deactivated":
      return [{ type: "member.put", organization: resourceOwner, user: id, role: "member", suspended: true, version }];
    case "user.unlocked":
    case "user.reactivated":
      return [{ type: "member.put", organization: resourceOwner, user: id, role: "member", version }];
    case "user.removed":
      return [{ type: "user.delete", user: id, version }];
    default:
      return [];
  }
}
