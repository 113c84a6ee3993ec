/**
 * The style sheet of the pages under /docs. It is text, so that it ships with the code. Its colors are the web app's.
 */
export const DOCS_STYLE = `:root {
  color-scheme: light dark;
  --ink: light-dark(oklch(0.23 0.016 175), oklch(0.95 0.006 165));
  --soft: light-dark(oklch(0.44 0.016 175), oklch(0.77 0.011 170));
  --canvas: light-dark(oklch(0.984 0.004 165), oklch(0.17 0.009 175));
  --surface: light-dark(oklch(1 0 0), oklch(0.206 0.01 175));
  --sunken: light-dark(oklch(0.963 0.006 165), oklch(0.252 0.011 175));
  --line: light-dark(oklch(0.905 0.008 165), oklch(0.3 0.012 175));
  --control: light-dark(oklch(0.63 0.014 168), oklch(0.53 0.015 175));
  --mint: light-dark(oklch(0.45 0.083 170), oklch(0.8 0.105 167));
  --mint-wash: light-dark(oklch(0.955 0.026 168), oklch(0.285 0.034 170));
  --mono: "JetBrains Mono Variable", ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace;
  scroll-padding-top: 72px;
  scrollbar-gutter: stable;
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--canvas); font: 16px/1.65 "Inter Variable", "Inter Fallback", system-ui, sans-serif; overflow-wrap: break-word; }
a { color: var(--mint); text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--mint); outline-offset: 2px; border-radius: 3px; }
main:focus, .side:focus { outline: none; }
.skip { position: fixed; left: -999px; z-index: 2; }
.skip:focus { left: 8px; top: 8px; background: var(--surface); padding: 6px 12px; }

header { position: sticky; top: 0; z-index: 1; background: var(--canvas); border-bottom: 1px solid var(--line); }
header > div { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 20px; max-width: 1180px; min-height: 56px; margin: 0 auto; padding: 6px 24px; }
header a { display: inline-flex; align-items: center; min-height: 36px; color: var(--soft); text-decoration: none; }
header a:hover { color: var(--ink); text-decoration: underline; }
header a[aria-current] { color: var(--ink); font-weight: 600; }
header nav { display: flex; flex-wrap: wrap; gap: 0 20px; margin-left: auto; font-size: 15px; }
.home { gap: 6px; }
.home b { color: var(--ink); font-weight: 650; }
.home svg { width: 26px; height: 26px; margin-right: 4px; color: var(--mint); }
.struck { stroke: var(--canvas); }
.contents { display: none; }

.columns { display: grid; grid-template-columns: 240px minmax(0, 1fr); gap: 48px; max-width: 1180px; margin: 0 auto; padding: 32px 24px 96px; }
main { grid-column: 2; max-width: 760px; min-width: 0; }
.side { grid-column: 1; grid-row: 1; position: sticky; top: 88px; align-self: start; max-height: calc(100vh - 104px); overflow-y: auto; font-size: 14.5px; line-height: 1.4; }
.side ul { list-style: none; margin: 0 0 20px; padding: 0; }
.side li { margin: 0; }
.side h2 { margin: 0 0 4px; padding: 0 10px; font-size: 13px; font-weight: 600; color: var(--soft); }
.side a { display: block; padding: 6px 10px; border-radius: 6px; color: var(--soft); text-decoration: none; }
.side a:hover { color: var(--ink); background: var(--sunken); }
.side a[aria-current] { color: var(--ink); background: var(--sunken); font-weight: 600; }
.side ul ul { margin: 2px 0 8px 10px; border-left: 1px solid var(--line); padding-left: 4px; }
.side ul ul a { padding: 4px 8px; font-size: 13.5px; }

h1 { font-size: 32px; line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 20px; text-wrap: balance; }
h2 { font-size: 22px; line-height: 1.3; margin: 0; letter-spacing: -0.01em; }
h3 { font-size: 17px; margin: 0; }
h4 { font-size: 16px; margin: 0; }
section > h2 { margin: 48px 0 8px; }
.heading { display: flex; gap: 8px; align-items: baseline; margin: 44px 0 12px; }
.heading:has(h3, h4) { margin: 32px 0 8px; }
.anchor { flex: none; min-width: 26px; text-align: center; color: var(--soft); text-decoration: none; opacity: 0; }
.heading:hover .anchor, .anchor:focus { opacity: 1; }
p, ul, ol { margin: 0 0 16px; }
p { text-wrap: pretty; }
li { margin-bottom: 6px; }
blockquote { margin: 0 0 20px; padding: 12px 18px; border-left: 3px solid var(--mint); background: var(--mint-wash); border-radius: 0 8px 8px 0; }
blockquote > :last-child { margin: 0; }
code { font-family: var(--mono); font-size: 0.875em; }
:not(pre) > code { padding: 1px 5px; border-radius: 5px; background: var(--sunken); overflow-wrap: anywhere; }
a > code { color: inherit; }
pre { margin: 0; padding: 14px 16px; font-size: 14.5px; line-height: 1.55; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2; font-variant-ligatures: none; }
.option { white-space: nowrap; }
.code { position: relative; margin: 0 0 20px; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
.code:has(button) pre { padding-right: 92px; }
.code button { position: absolute; top: 7px; right: 7px; min-width: 68px; min-height: 32px; padding: 0 10px; font: 500 13px/1 inherit; font-family: inherit; color: var(--soft); background: var(--canvas); border: 1px solid var(--line); border-radius: 7px; cursor: pointer; }
.code button:hover { color: var(--ink); border-color: var(--control); }
.table { margin: 0 0 20px; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 15px; line-height: 1.5; }
th, td { text-align: left; padding: 8px 16px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; }
td { min-width: 90px; overflow-wrap: normal; }
td:last-child { min-width: 180px; padding-right: 0; }
td > code { overflow-wrap: normal; }
tr:target { background: var(--mint-wash); }

.guides { list-style: none; padding: 0; }
.guides li { margin: 0; padding: 10px 0; border-bottom: 1px solid var(--line); }
.around { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 12px 24px; margin-top: 56px; padding-top: 20px; border-top: 1px solid var(--line); }
.around a { padding: 4px 0; text-decoration: none; font-weight: 550; }
.around a:hover { text-decoration: underline; }
.around span { display: block; font-size: 13px; font-weight: 400; color: var(--soft); }
.around .next { margin-left: auto; text-align: right; }
.said { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

article { border-top: 1px solid var(--line); padding: 24px 0; }
.address { margin: 8px 0; }
.method { display: inline-block; border: 1px solid var(--line); background: var(--sunken); border-radius: 6px; padding: 0 8px; font-size: 13px; font-weight: 700; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 12px 0; }
dt { color: var(--soft); }
dd { margin: 0; }
summary { cursor: pointer; color: var(--soft); }
article td:first-child code, article td a code { white-space: nowrap; }

@media (max-width: 860px) {
  header > div { padding: 4px 16px; }
  header > div { flex-wrap: nowrap; min-height: 48px; }
  header nav { flex-wrap: nowrap; gap: 0 16px; white-space: nowrap; }
  .home span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .contents { display: inline-flex; }
  .columns { grid-template-columns: minmax(0, 1fr); gap: 40px; padding: 24px 16px 64px; }
  main, .side { grid-column: 1; grid-row: auto; }
  .side { position: static; max-height: none; border-top: 1px solid var(--line); padding-top: 24px; font-size: 16px; }
  .side a { padding: 9px 10px; }
  h1 { font-size: 27px; }
  .anchor { opacity: 1; }
  td > code { overflow-wrap: anywhere; }
  th, td { min-width: 88px; padding-right: 10px; }
  td:last-child { min-width: 130px; }
  dl { grid-template-columns: minmax(0, 1fr); }
  dd { margin-bottom: 8px; }
}
@media (prefers-reduced-motion: no-preference) { :root { scroll-behavior: smooth; } }
@media print {
  header, .side, .skip, .anchor, .around, .code button { display: none; }
  body { background: none; font-size: 11pt; }
  .columns { display: block; padding: 0; max-width: none; }
  main { max-width: none; }
  .code, table, tr { break-inside: avoid; }
  .heading { break-after: avoid; }
  .code:has(button) pre { padding-right: 16px; }
  details::details-content { content-visibility: visible; }
}
`;

/**
 * The script of the pages under /docs. It is text, so that it ships with the code. Without it, a page only lacks its
 * copy buttons.
 */
export const DOCS_SCRIPT = `"use strict";
(function () {
  var said = document.querySelector(".said");

  // Without TLS, scripts have no access to the clipboard, but the user can copy a selection.
  function select(code) {
    var range = document.createRange();
    range.selectNodeContents(code);
    var selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy");
  }

  function copy(code) {
    if (!navigator.clipboard) return Promise.resolve(select(code));
    return navigator.clipboard.writeText(code.textContent.trimEnd()).then(
      function () { return true; },
      function () { return select(code); },
    );
  }

  // A block without a language is output, which nobody copies.
  document.querySelectorAll('.code:not([data-language="text"])').forEach(function (block) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this code");
    button.addEventListener("click", function () {
      copy(block.querySelector("code")).then(function (done) {
        button.textContent = done ? "Copied" : "Selected";
        said.textContent = done ? "Copied to the clipboard." : "The code is selected; copy it with the keyboard.";
        setTimeout(function () {
          button.textContent = "Copy";
          said.textContent = "";
        }, 2500);
      });
    });
    block.append(button);
  });
})();
`;
