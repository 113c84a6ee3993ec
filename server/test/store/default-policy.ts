import { DEFAULT_ROLES, defaultPolicy, type TokenPolicy } from "@mintmark/core";

export const DEFAULT_POLICY: TokenPolicy = defaultPolicy(DEFAULT_ROLES.map((role) => role.name));
