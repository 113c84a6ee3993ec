/** The style sheet of the API reference; kept as text so that it ships wherever the code does. */
export const API_REFERENCE_STYLE = `:root {
  color-scheme: light dark;
  --text: light-dark(#16211d, #e6eeea);
  --muted: light-dark(#4d5b55, #a5b3ac);
  --ground: light-dark(#ffffff, #101614);
  --raised: light-dark(#f3f6f4, #18211d);
  --line: light-dark(#d5ddd9, #2c3833);
  --accent: light-dark(#0b6b4f, #6fd6b0);
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--ground); font: 16px/1.6 system-ui, "Open Sans", sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; background: var(--ground); padding: 4px 8px; }
header { display: flex; flex-wrap: wrap; gap: 4px 24px; padding: 16px 24px; border-bottom: 1px solid var(--line); }
header a:first-child { font-weight: 700; color: var(--text); text-decoration: none; }
header span { color: var(--muted); margin-right: auto; }
.columns { display: grid; grid-template-columns: minmax(200px, 280px) minmax(0, 820px); gap: 40px; padding: 24px; max-width: 1200px; margin: 0 auto; }
nav { position: sticky; top: 24px; align-self: start; max-height: calc(100vh - 48px); overflow-y: auto; font-size: 14px; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav > ul > li { margin-bottom: 12px; }
nav > ul > li > a { display: inline-block; padding: 3px 0; font-weight: 600; }
nav li li a { display: block; padding: 2px 0 2px 12px; color: var(--muted); text-decoration: none; }
nav li li a:hover { color: var(--accent); text-decoration: underline; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 16px; }
h2 { font-size: 22px; margin: 48px 0 8px; }
h3 { font-size: 17px; margin: 0; scroll-margin-top: 16px; }
article { border-top: 1px solid var(--line); padding: 24px 0; }
code { font-family: ui-monospace, "JetBrains Mono", monospace; font-size: 0.9em; overflow-wrap: anywhere; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; overflow-x: auto; }
.address { margin: 8px 0; }
.method { display: inline-block; border: 1px solid var(--line); background: var(--raised); border-radius: 6px; padding: 0 8px; font-size: 13px; font-weight: 700; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 12px 0; }
dt { color: var(--muted); }
dd { margin: 0; }
summary { cursor: pointer; color: var(--muted); }
.codes a { margin-right: 8px; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:target { background: var(--raised); }
@media (max-width: 800px) {
  .columns { grid-template-columns: minmax(0, 1fr); padding: 16px; }
  nav { position: static; max-height: none; border-bottom: 1px solid var(--line); padding-bottom: 16px; }
  dl { grid-template-columns: minmax(0, 1fr); }
  dd { margin-bottom: 8px; }
}
@media print { nav, .skip { display: none; } .columns { display: block; } }
`;
