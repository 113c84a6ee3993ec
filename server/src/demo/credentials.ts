// The second part of the history: tokens, keys and services in every possible state.
import type { ServiceId } from "@mintmark/core";
import { createService, revokeService } from "../use-cases/admin/service.ts";
import { type ApiKeyInput, createApiKey, revokeApiKey } from "../use-cases/api-key.ts";
import { revokeOrganizationToken } from "../use-cases/token/oversight.ts";
import { getPolicy, setPolicy } from "../use-cases/policy/policy.ts";
import { dismissToken, renameToken } from "../use-cases/token/token.ts";
import { mintToken } from "../use-cases/token/mint.ts";
import { replaceToken } from "../use-cases/token/replace.ts";
import { revokeToken } from "../use-cases/token/revoke.ts";
import { PLACES, type Who } from "./cast.ts";
import { reportLeak } from "./received-secrets.ts";
import type { OrganizationKey, Stage } from "./stage.ts";

export function addCredentials(stage: Stage, brands: ReadonlySet<string>): void {
  addServices(stage);
  addApiKeys(stage);
  addTokensOfMara(stage);
  addTokensOfMembers(stage);
  addReplacements(stage);
  addRevocations(stage, brands);
  addPolicyChange(stage);
}

interface Minting {
  readonly name: string;
  /** Default: no expiry. */
  readonly days?: number;
  /** Default: the whole role. */
  readonly only?: readonly string[];
  /** Default: Northwind. */
  readonly in?: OrganizationKey | "personal";
}

const READING = ["robots:read", "missions:read", "telemetry:read"];

function mint(stage: Stage, who: Who, daysAgo: number, time: string, label: string, minting: Minting): void {
  stage.on(daysAgo, time, async () => {
    const actor = await stage.browserOf(who);
    const place = minting.in ?? "northwind";
    const organizationId = place === "personal" ? await stage.personalOrganizationId(who) : stage.organizationId(place);
    const { token, secret } = await mintToken(stage.deps, actor, {
      name: minting.name,
      expiresInDays: minting.days,
      permissions: minting.only,
      organizationId,
    });
    stage.keepToken(label, token.id, secret);
  });
  stage.expireAfter(daysAgo, time, minting.days);
}

function addTokensOfMara(stage: Stage): void {
  const minted = (daysAgo: number, time: string, label: string, minting: Minting): void =>
    mint(stage, "mara", daysAgo, time, label, minting);
  minted(130, "13:10", "mara-prototype", { name: "Map tiles prototype", days: 180, only: READING });
  minted(121, "19:40", "mara-garage", { name: "Garage sensors", days: 365, in: "personal" });
  minted(46, "09:20", "mara-terminal", { name: "MacBook terminal", days: 90 });
  minted(44, "10:00", "mara-old-laptop", { name: "Old laptop", days: 90 });
  minted(42, "16:35", "mara-deploy", { name: "Deploy script" });
  minted(40, "08:30", "mara-workshop", { name: "Onboarding workshop", days: 30, only: READING });
  minted(34, "11:45", "mara-bot", { name: "Chat bot", days: 60, only: [...READING, "missions:run"] });
  minted(31, "09:50", "mara-report", { name: "Report", days: 60, only: READING });
  minted(29, "14:15", "mara-harbor", { name: "Test bench readings", days: 60, only: ["telemetry:read"], in: "harbor" });
  minted(27, "10:40", "mara-dashboard", { name: "Fleet dashboard", days: 30, only: ["robots:read", "telemetry:read"] });
  minted(25, "19:05", "mara-home", { name: "Home lab", days: 90, in: "personal" });
  minted(9, "15:50", "mara-import", { name: "Grafana import", days: 30, only: ["telemetry:read"] });
  minted(5, "12:20", "mara-fair", { name: "Trade fair tablet", days: 7, only: READING });
  stage.on(12, "09:35", async () =>
    renameToken(stage.deps, await stage.browserOf("mara"), {
      id: stage.tokenId("mara-report"),
      name: "Weekly fleet report",
    }),
  );
}

function addTokensOfMembers(stage: Stage): void {
  mint(stage, "tobias", 45, "09:30", "tobias-backup", { name: "Nightly backup" });
  mint(stage, "priya", 44, "08:25", "priya-audit", {
    name: "Audit export",
    days: 90,
    only: ["audit:read", "members:read"],
  });
  mint(stage, "elena", 43, "11:05", "elena-notebook", { name: "Jupyter notebook", days: 60, only: READING });
  mint(stage, "elena", 40, "15:30", "elena-cluster", { name: "Simulation cluster", days: 60 });
  mint(stage, "elena", 33, "10:10", "elena-typo", { name: "Simulaton", days: 30 });
  mint(stage, "elena", 29, "09:15", "elena-harbor", { name: "Harbor runs", days: 60, in: "harbor" });
  mint(stage, "sam", 42, "17:00", "sam-terminal", { name: "Workstation", days: 90 });
  mint(stage, "yuki", 41, "07:10", "yuki-bench", {
    name: "Bench runner",
    days: 60,
    only: ["missions:read", "missions:run", "telemetry:read"],
  });
  mint(stage, "nadia", 40, "09:45", "nadia-analysis", { name: "Incident analysis", days: 90, only: READING });
  mint(stage, "owen", 39, "18:20", "owen-field", { name: "Field kit", days: 90 });
  mint(stage, "owen", 35, "13:40", "owen-script", { name: "Migration script", days: 60 });
  mint(stage, "owen", 26, "16:15", "owen-gist", { name: "Snippet", days: 30 });
  mint(stage, "ines", 37, "07:05", "ines-tablet", { name: "Tablet, van 3", days: 60 });
  mint(stage, "chiara", 26, "08:50", "chiara-scheduler", {
    name: "Mission scheduler",
    days: 60,
    only: ["missions:read", "missions:run"],
  });
  mint(stage, "leo", 31, "09:40", "leo-sheet", { name: "Spreadsheet import", days: 60, only: ["robots:read"] });
}

/** A replacement is a second token. In one pair the old token still works; in the other two it is revoked. */
function addReplacements(stage: Stage): void {
  const replace = (who: Who, daysAgo: number, time: string, old: string, label: string): void =>
    stage.on(daysAgo, time, async () => {
      const { token, secret } = await replaceToken(stage.deps, await stage.browserOf(who), stage.tokenId(old));
      stage.keepToken(label, token.id, secret);
    });
  replace("elena", 15, "10:20", "elena-cluster", "elena-cluster-new");
  revoke(stage, "elena", 12, "14:05", "elena-cluster");
  replace("tobias", 13, "09:10", "tobias-backup", "tobias-backup-new");
  revoke(stage, "tobias", 13, "15:40", "tobias-backup");
  replace("mara", 2, "16:10", "mara-dashboard", "mara-dashboard-new");
}

function revoke(stage: Stage, who: Who, daysAgo: number, time: string, label: string): void {
  stage.on(daysAgo, time, async () => revokeToken(stage.deps, await stage.browserOf(who), stage.tokenId(label)));
}

function addRevocations(stage: Stage, brands: ReadonlySet<string>): void {
  revoke(stage, "mara", 20, "18:30", "mara-old-laptop");
  revoke(stage, "elena", 33, "10:14", "elena-typo");
  stage.on(33, "10:15", async () =>
    dismissToken(stage.deps, await stage.browserOf("elena"), stage.tokenId("elena-typo")),
  );
  stage.on(11, "10:45", async () =>
    revokeOrganizationToken(stage.deps, await stage.browserOf("priya"), {
      organizationId: stage.organizationId("northwind"),
      tokenId: stage.tokenId("mara-bot"),
    }),
  );
  stage.on(19, "23:32", () =>
    reportLeak({ ...stage.deps, brands }, stage.secretOf("owen-gist"), stage.originOf(PLACES.scanner)),
  );
}

/**
 * The policy became stricter two weeks ago. Since then, tokens without an expiry are refused, including existing ones.
 */
function addPolicyChange(stage: Stage): void {
  stage.on(14, "11:00", async () => {
    const actor = await stage.browserOf("priya");
    const organizationId = stage.organizationId("northwind");
    const policy = await getPolicy(stage.deps, actor, organizationId);
    await setPolicy(stage.deps, actor, {
      organizationId,
      policy: { ...policy, allowNoExpiry: false, maxLifetimeDays: 90 },
    });
  });
}

function addApiKeys(stage: Stage): void {
  const create = (
    who: Who,
    daysAgo: number,
    time: string,
    label: string,
    input: Omit<ApiKeyInput, "organizationId">,
  ): void => {
    stage.on(daysAgo, time, async () => {
      const actor = await stage.browserOf(who);
      const organizationId = stage.organizationId("northwind");
      const { apiKey, secret } = await createApiKey(stage.deps, actor, { organizationId, ...input });
      stage.keepApiKey(label, apiKey.id, secret);
    });
    stage.expireAfter(daysAgo, time, input.expiresInDays);
  };
  create("priya", 44, "08:40", "key-ci", {
    name: "Continuous integration",
    role: "member",
    permissions: ["robots:read", "robots:write", "missions:run"],
    expiresInDays: 90,
  });
  create("jonas", 41, "10:05", "key-migration", { name: "Data migration", role: "admin", expiresInDays: 14 });
  create("jonas", 37, "09:55", "key-gateway", { name: "Fleet gateway", role: "operator", expiresInDays: 60 });
  create("tobias", 28, "11:30", "key-vendor", { name: "Vendor trial", role: "viewer", expiresInDays: 30 });
  stage.on(18, "12:10", async () =>
    revokeApiKey(stage.deps, await stage.browserOf("tobias"), {
      organizationId: stage.organizationId("northwind"),
      keyId: stage.apiKeyId("key-vendor"),
    }),
  );
}

function addServices(stage: Stage): void {
  const ids = new Map<string, ServiceId>();
  const create = (daysAgo: number, time: string, name: string): void =>
    stage.on(daysAgo, time, async () => {
      const { service } = await createService(stage.deps, await stage.browserOf("mara"), { name });
      ids.set(name, service.id);
    });
  create(43, "10:30", "Fleet API");
  create(42, "10:15", "Old gateway");
  create(30, "10:50", "Telemetry archive");
  stage.on(21, "09:05", async () =>
    revokeService(stage.deps, await stage.browserOf("mara"), ids.get("Old gateway") as ServiceId),
  );
}
