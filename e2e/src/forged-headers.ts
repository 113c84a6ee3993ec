// What a client sends that wants to be somebody else: each way to have an API read `X-Mintmark-…` of the client's making.
import type { HeaderLines } from "./proxy-client.ts";

export interface Forgery {
  readonly headers: HeaderLines;
  readonly trailers?: HeaderLines;
}

const only = (name: string, value = "owner"): Forgery => ({ headers: [[name, value]] });

export const FORGERIES: readonly Forgery[] = [
  // By its name, in every case, by names that Mintmark has and by one that it may have.
  ...["User", "Email", "Organization", "Role", "Permissions", "Credential", "Credential-Kind", "Foo"].map((name) =>
    only(`X-Mintmark-${name}`),
  ),
  only("x-mintmark-role"),
  only("X-MINTMARK-ROLE"),
  { headers: [1, 2].map((index) => ["X-Mintmark-Role", `owner${index}`] as const) },
  only("X-Mintmark-Role", ""),
  // By another name that the API cannot tell from it.
  ..."_.!#$%&'*+^`|~".split("").map((separator) => only(["X", "Mintmark", "Role"].join(separator))),
  only("X_Mintmark-Role"),
  only("X-Mintmark_Role"),
  only("X.Mintmark_User"),
  only("x_mintmark_credential_kind", "api_key"),
  {
    headers: [
      ["X_Mintmark_Role", "owner"],
      ["X-Mintmark-Role", "owner"],
    ],
  },
  // By having the proxy delete the real one.
  only("Connection", "X-Mintmark-User, X-Mintmark-Role"),
  only("Connection", "close, x-mintmark-user"),
  {
    headers: [
      ["Connection", "X-Mintmark-Role"],
      ["X_Mintmark_Role", "owner"],
    ],
  },
  // Behind the body.
  {
    headers: [["Trailer", "X-Mintmark-Role"]],
    trailers: [["X-Mintmark-Role", "owner"]],
  },
];
