// The pages of the product beside the demo. They have their own look, which the embedded tokens follow.

export interface HostPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly role: "owner" | "member";
}

const SIGN_OUT = `<form method="post" action="/sign-out"><button>Sign out</button></form>`;

/** A page of the product. `name` is that of the person who is signed in. */
export function hostPage(body: string, name = ""): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Northwind Robotics</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
<header><strong>Northwind Robotics</strong>${name === "" ? "" : `<span>${escape(name)}</span>${SIGN_OUT}`}</header>
<main>${body}</main>
</html>`;
}

/** `problem` says why the person is not signed in. */
export function signInPage(problem = ""): string {
  return `<h1>Sign in</h1>
${problem === "" ? "" : `<p role="alert">${escape(problem)}</p>`}
<form method="post" action="/sign-in">
  <label>Email <input name="email" type="email" autocomplete="username" required></label>
  <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
  <button>Sign in</button>
</form>`;
}

export function settingsPage(instanceUrl: string, origin: string): string {
  return `<h1>Settings</h1>
<section><h2>API tokens</h2>
<script type="module" src="${escape(instanceUrl)}/embed/mintmark.js"></script>
<mintmark-tokens hand-off-url="/mintmark/hand-off"></mintmark-tokens>
<p>The API takes them: <code>curl -H "Authorization: Bearer $TOKEN" ${escape(origin)}/v1/robots</code></p>
</section>`;
}

export function membersSection(members: readonly HostPerson[], viewer: HostPerson, notice: string): string {
  const rows = members.map(({ id, name, role }) => {
    const removal =
      viewer.role === "owner" && role === "member"
        ? `<form method="post" action="/remove"><input type="hidden" name="member" value="${escape(id)}"><button aria-label="Remove ${escape(name)}">Remove</button></form>`
        : "";
    return `<tr><td>${escape(name)}</td><td>${role}</td><td>${removal}</td></tr>`;
  });
  return `<section><h2>Field service</h2>
<table><thead><tr><th>Name</th><th>Role</th><th></th></tr></thead><tbody>${rows.join("")}</tbody></table>
${notice === "" ? "" : `<p role="status">${escape(notice)}</p>`}</section>`;
}

const STYLE = `:root { color-scheme: light dark; --mintmark-accent: light-dark(#9a3412, #fdba74) }
body { margin: 0; font: 16px/1.5 Georgia, serif; background: light-dark(#fffbf5, #1c1917); color: light-dark(#292524, #f5f5f4) }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; padding: .75rem 1.5rem; border-bottom: 1px solid light-dark(#e7e5e4, #44403c) }
main { max-width: 52rem; margin: 1.5rem auto; padding: 0 1.5rem }
section { margin: 2rem 0 } label { display: block; margin: .75rem 0 } label input { display: block; width: 20rem; max-width: 100%; box-sizing: border-box }
header strong { margin-right: auto } code { overflow-wrap: anywhere }
th, td { text-align: left; padding: .25rem 1.5rem .25rem 0 } form { margin: 0 }
input, button { font: inherit; padding: .25rem .75rem }`;

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
