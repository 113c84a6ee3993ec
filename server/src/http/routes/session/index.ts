import type { Operation } from "../../operation.ts";
import { getSession } from "./get-session.ts";
import { reauthenticate } from "./reauthenticate.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";
import { switchOrganization } from "./switch-organization.ts";

export const sessionOperations: readonly Operation[] = [
  signIn,
  signOut,
  getSession,
  switchOrganization,
  reauthenticate,
];
