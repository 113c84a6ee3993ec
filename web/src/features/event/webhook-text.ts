// The words about webhooks and their deliveries.
import type { Webhook, WebhookDelivery } from "../../api/types.ts";
import type { BadgeTone } from "../../ui/badge.tsx";

/** The host, and the port where it is not the usual one. Lists show no path, which can be a secret. */
export function hostOf({ url }: Pick<Webhook, "url">): string {
  return URL.parse(url)?.host ?? url;
}

/** The event types of a text with commas; `null` for none. */
export function typesOf(text: string): string[] | null {
  const types = text
    .split(/[\s,]+/)
    .map((type) => type.trim())
    .filter((type) => type !== "");
  return types.length === 0 ? null : types;
}

export function typesText({ eventTypes }: Pick<Webhook, "eventTypes">): string {
  return eventTypes === null ? "All events except uses of credentials" : eventTypes.join(", ");
}

export interface State {
  readonly tone: BadgeTone;
  readonly label: string;
}

export function webhookState({ disabledBecause, failingSince }: Webhook): State {
  if (disabledBecause === "gone") return { tone: "danger", label: "Off: receiver gone" };
  if (disabledBecause === "failing") return { tone: "danger", label: "Off: failing" };
  if (disabledBecause === "admin") return { tone: "neutral", label: "Off" };
  return failingSince === null ? { tone: "good", label: "On" } : { tone: "warning", label: "Failing" };
}

export function deliveryState({ state, attempts, error }: WebhookDelivery): State {
  if (state === "delivered") return { tone: "good", label: "Delivered" };
  if (state === "failed") return { tone: "danger", label: "Failed" };
  if (state === "expired") return { tone: "neutral", label: "Event deleted" };
  return attempts > 0 && error !== null
    ? { tone: "warning", label: "Trying again" }
    : { tone: "neutral", label: "Waiting" };
}

/** The status and the time of the last attempt, such as `204 in 87 ms`; `null` before the first. */
export function attemptText({ responseStatus, latencyMs }: WebhookDelivery): string | null {
  if (latencyMs === null) return null;
  return `${responseStatus ?? "No response"} ${responseStatus === null ? "after" : "in"} ${latencyMs.toLocaleString("en")} ms`;
}
