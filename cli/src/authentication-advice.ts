// The hint under "not authenticated": why the credential is refused, and what its holder can do. The texts are in core.
import { commandText } from "@mintmark/core/reasons";
import { isNamedAfterHost, type Login } from "./profile.ts";

/** Where a credential was used, and whether it came from MINTMARK_TOKEN. */
export interface Used extends Login {
  readonly fromEnvironment: boolean;
}

/** The hint for a refusal with this code. */
export function adviceFor(code: string, used: Used): string {
  const anotherToken = used.fromEnvironment
    ? `mint a new one at ${used.host}/settings/tokens, and put it in MINTMARK_TOKEN`
    : `get another one with ${loginCommand(used)}`;
  return commandText(code, { host: used.host, anotherToken });
}

/** The command that logs in to this host. It names the profile unless the profile is named after the host. */
export function loginCommand(login: Login): string {
  const under = isNamedAfterHost(login) ? "" : ` --profile ${login.profile}`;
  return `mintmark login${under} --host ${login.host}`;
}
