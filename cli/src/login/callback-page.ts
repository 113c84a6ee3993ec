// The page that the browser shows after the login. It loads nothing else, and contains no secret.
import { createHash } from "node:crypto";

/** The colors of the web app, which the browser showed before. */
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

/** The pages by their path. */
export const CALLBACK_PAGES: ReadonlyMap<string, string> = new Map([
  ["/done", page("Approved", "Continue in the terminal. You can close this window.")],
  ["/denied", page("Denied", "No token was made. You can close this window.")],
  ["/refused", page("Not found", "No login is waiting for this response. You can close this window.")],
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
