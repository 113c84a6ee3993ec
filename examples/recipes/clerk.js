// Clerk: a webhook endpoint with the events user.*, organization.* and organizationMembership.*, signed by Svix.
import { isRecent, isSigned } from "./signature.js";

/** Svix: the secret is base64 behind `whsec_`, and signs id, time and body. */
export function isGenuine(headers, text) {
  const { "svix-id": id, "svix-timestamp": at, "svix-signature": given = "" } = headers;
  const key = Buffer.from(process.env.CLERK_WEBHOOK_SECRET.replace(/^whsec_/, ""), "base64");
  const signatures = given
    .split(" ")
    .filter((one) => one.startsWith("v1,"))
    .map((one) => one.slice(3));
  return isRecent(at) && isSigned(`${id}.${at}.${text}`, key, signatures, "base64");
}

const ROLES = { "org:admin": "admin", "org:member": "member" };

/** `timestamp` is the instant of the event in milliseconds, so webhooks may come in any order. */
export function changesOf({ type, data, timestamp: version }) {
  switch (type) {
    case "user.created":
    case "user.updated": {
      const address = data.email_addresses.find(({ id }) => id === data.primary_email_address_id);
      if (address === undefined) return [];
      const name = [data.first_name, data.last_name].filter(Boolean).join(" ") || address.email_address;
      const emailVerified = address.verification?.status === "verified";
      const suspended = data.banned === true || data.locked === true;
      return [
        { type: "user.put", user: data.id, name, email: address.email_address, emailVerified, suspended, version },
      ];
    }
    case "user.deleted":
      return [{ type: "user.delete", user: data.id, version }];
    case "organization.created":
    case "organization.updated":
      return [{ type: "organization.put", organization: data.id, name: data.name, version }];
    case "organization.deleted":
      return [{ type: "organization.delete", organization: data.id, version }];
    case "organizationMembership.created":
    case "organizationMembership.updated":
      return [{ type: "member.put", ...memberOf(data), role: ROLES[data.role] ?? "viewer", version }];
    case "organizationMembership.deleted":
      return [{ type: "member.delete", ...memberOf(data), version }];
    default:
      return [];
  }
}

function memberOf({ organization, public_user_data: user }) {
  return { organization: organization.id, user: user.user_id };
}
