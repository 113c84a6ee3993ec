/**
 * Where people look for their tokens because another product has them there: GitHub, GitLab, Cloudflare, Gitea, npm,
 * Docker Hub and others. The web app leads from each to the page of tokens.
 */
export const FAMILIAR_TOKEN_PATHS = [
  "/profile/tokens",
  "/profile/api-tokens",
  "/profile/personal_access_tokens",
  "/profile/personal-access-tokens",
  "/settings/access-tokens",
  "/settings/api-tokens",
  "/settings/personal-access-tokens",
  "/settings/personal_access_tokens",
  "/settings/profile/tokens",
  "/user/settings/tokens",
  "/user/settings/access-tokens",
  "/user/settings/applications",
  "/user/settings/personal-access-tokens",
  "/user/settings/personal_access_tokens",
  "/user_settings/personal_access_tokens",
  "/-/profile/personal_access_tokens",
  "/-/user_settings/personal_access_tokens",
  "/account/tokens",
  "/account/api-tokens",
  "/tokens",
] as const;
