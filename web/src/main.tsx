// Starts the web app. Folders: app (routes and frame), features (one per subject, none imports another),
// session and credential (what several features need), ui (the design system), api (the HTTP contract).
// Rule: logic is in .ts files, which the tests run; .tsx files only draw.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, createQueryClient } from "./app/app.tsx";
import { createAppRouter } from "./app/router.tsx";
import { holdLinkSecrets } from "./session/link-secret.ts";
import "./ui/styles.css";

// First, so that the router never sees a code that came in the address.
holdLinkSecrets();

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
const queryClient = createQueryClient();
createRoot(root).render(
  <StrictMode>
    <App queryClient={queryClient} router={createAppRouter(queryClient)} />
  </StrictMode>,
);
