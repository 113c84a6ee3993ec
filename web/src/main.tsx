// Starts the web app. Folders: app (routes and frame), features (one for each domain, none imports another), audit,
// chart, credential and session (parts of several features), ui (the design system), api (the HTTP API). Rule: logic
// is in .ts files, which the tests run. .tsx files only draw.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, createQueryClient } from "./app/app.tsx";
import { createAppRouter } from "./app/router.tsx";
import { holdLinkSecrets } from "./session/link-secret.ts";
import "./ui/styles.css";

// Call this first, so that the router never sees a code in the address.
holdLinkSecrets();

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
const queryClient = createQueryClient();
createRoot(root).render(
  <StrictMode>
    <App queryClient={queryClient} router={createAppRouter(queryClient)} />
  </StrictMode>,
);
