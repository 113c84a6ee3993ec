import { keepPreviousData, useInfiniteQuery, type UseInfiniteQueryResult } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { policyPreviewQuery } from "../../api/organizations.ts";
import type { TokenPolicy } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { useSession } from "../../session/use-session.ts";
import type { EffectPages } from "./preview-panel.tsx";

const PAUSE_MS = 400;

/** Whether the role may see what a policy would break: it lists members' tokens and the organization's keys. */
export function useMayPreview(): boolean {
  const { organization } = useSession();
  return ["tokens:read", "api-keys:read"].every((permission) => can(organization, permission));
}

/** The preview of a policy, asked for when the person has stopped typing; `null` asks for none. */
export function usePolicyPreview(policy: TokenPolicy | null): UseInfiniteQueryResult<EffectPages> {
  const { organization } = useSession();
  const settled = useSettled(policy);
  const mayPreview = useMayPreview();
  const query = policyPreviewQuery(organization.id, settled ?? NO_POLICY);
  return useInfiniteQuery({
    ...query,
    enabled: settled !== null && mayPreview,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

const NO_POLICY = {} as TokenPolicy;

/** The policy once it has been the same for a moment. */
function useSettled(policy: TokenPolicy | null): TokenPolicy | null {
  const text = JSON.stringify(policy);
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return JSON.parse(policy === null ? "null" : settled) as TokenPolicy | null;
}
