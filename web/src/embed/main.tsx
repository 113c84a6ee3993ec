// Starts the framed page. The element on the host's page tells it the look and gives it hand-offs. Rule: without such a
// page around it, it shows nothing and asks nobody.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { authorizeBy } from "../api/client.ts";
import { redeemForPage } from "../api/hand-off.ts";
import { applyLook, openHostLink } from "./host-link.ts";
import { followHeight, followSight } from "./measures.ts";
import { PageToken } from "./page-token.ts";
import "../ui/styles.css";
import "./embed.css";

const content = document.getElementById("root");
const origins = document.querySelector<HTMLMetaElement>('meta[name="mintmark-embed-origins"]')?.content.split(" ");
if (content === null || origins === undefined) throw new Error("embed/tokens.html is incomplete");
const root = createRoot(content);
if (window.parent === window) void import("./embed-app.tsx").then(({ NotFramed }) => root.render(<NotFramed />));
else {
  // The link opens before the rest of the code is there: the element speaks first.
  const link = openHostLink(origins, applyLook);
  const token = new PageToken({
    askForCode: link.askForCode,
    redeem: redeemForPage,
    onOtherHolder: () => window.location.reload(),
  });
  authorizeBy((request) => token.send(request));
  followHeight(content, link.reportHeight);
  followSight();
  void import("./embed-app.tsx").then(({ EmbedApp }) =>
    root.render(
      <StrictMode>
        <EmbedApp token={token} />
      </StrictMode>,
    ),
  );
}
