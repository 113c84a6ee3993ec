// The address for webhooks, in Express: only what the sender signed, and 500 when Mintmark must hear it again.
import express from "express";
import { send } from "./send.js";

/** A recipe has `isGenuine(headers, text)` and `changesOf(event)`. */
export function receive({ isGenuine, changesOf }) {
  const read = express.text({ type: () => true, limit: "1mb" });
  const handle = async (request, response) => {
    if (!(await isGenuine(request.headers, request.body))) return response.sendStatus(401);
    await send(changesOf(JSON.parse(request.body)));
    response.sendStatus(204);
  };
  return [read, handle];
}
