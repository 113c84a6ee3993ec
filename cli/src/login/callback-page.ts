// What the browser shows when it has brought its answer: whole in itself, and without a secret.
import { createHash } from "node:crypto";

/** In the colours of the web app, from which the browser has just come. */
const STYLE =
  "body{font:1rem/1.5 Inter,system-ui,sans-serif;max-width:30rem;margin:15vh auto;padding:0 1rem;" +
  "color:light-dark(oklch(0.23 0.016 175),oklch(0.95 0.006 165));background:light-dark(oklch(0.984 0.004 165),oklch(0.17 0.009 175))}" +
  "b{color:light-dark(oklch(0.45 0.083 170),oklch(0.8 0.105 167))}h1{font-size:1.4rem;line-height:1.3;margin:.5rem 0}p{margin:0}";

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": `default-src 'none'; img-src data:; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; frame-ancestors 'none'`,
  Connection: "close",
};

/** By the address they are shown at. */
export const CALLBACK_PAGES: ReadonlyMap<string, string> = new Map([
  ["/done", page("Approved", "The terminal has its answer and goes on there. You can close this window.")],
  ["/denied", page("Denied", "No token was made. You can close this window.")],
  ["/refused", page("Not found", "This is not the answer to a login that waits here. You can close this window.")],
]);

function page(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title} · Mintmark</title>
<style>${STYLE}</style>
</head>
<body><main><b>Mintmark</b><h1>${title}</h1><p>${text}</p></main></body>
</html>
`;
}
