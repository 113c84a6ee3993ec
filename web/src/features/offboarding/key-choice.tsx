import type { ReactElement } from "react";
import type { OffboardingKey, OffboardingPreview } from "../../api/types.ts";
import { summarizePermissions } from "../../credential/permission-choice.ts";
import { Choice } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Time } from "../../ui/time-view.tsx";
import { countOf, splitKeys } from "./offboarding-text.ts";

interface KeyChoiceProps {
  readonly preview: OffboardingPreview;
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}

/** The keys that outlive the member, each with the offer to revoke it. None is ticked for anybody. */
export function KeyChoice({ preview, chosen, onChange }: KeyChoiceProps): ReactElement {
  const { apiKeys, member } = preview;
  const { name } = member.user;
  const { own, others } = splitKeys(apiKeys.items ?? []);
  const left = apiKeys.count - own.length - others.length;
  function toggle(id: string): void {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  }
  const list = (keys: readonly OffboardingKey[]): ReactElement[] =>
    keys.map((key) => (
      <KeyRow
        key={key.id}
        apiKey={key}
        checked={chosen.has(key.id)}
        onToggle={apiKeys.revocable ? () => toggle(key.id) : null}
      />
    ));
  if (apiKeys.count === 0) return <p className="text-soft">The organization has no API key that works.</p>;
  return (
    <div className="grid gap-4">
      {apiKeys.items === null ? (
        <p className="text-soft">
          {countOf(apiKeys.count, "API key")} {apiKeys.count === 1 ? "goes" : "go"} on working, {apiKeys.countOfMember}{" "}
          of them made by <bdi>{name}</bdi>. Your role may not see which.
        </p>
      ) : (
        !apiKeys.revocable && (
          <Notice>Your role may not revoke API keys. Ask an owner or admin to look at these.</Notice>
        )
      )}
      {own.length > 0 && (
        <KeyGroup label={`Made by ${name}, who may hold the secret`} strong>
          {list(own)}
        </KeyGroup>
      )}
      {others.length > 0 && <KeyGroup label="Made by others">{list(others)}</KeyGroup>}
      {apiKeys.items !== null && left > 0 && <p className="text-soft">And {countOf(left, "more key")}.</p>}
    </div>
  );
}

function KeyGroup({
  label,
  strong = false,
  children,
}: {
  readonly label: string;
  readonly strong?: boolean;
  readonly children: ReactElement[];
}): ReactElement {
  return (
    <fieldset className="grid gap-2">
      <legend className={strong ? "mb-2 font-medium text-brass" : "mb-2 font-medium"}>{label}</legend>
      <div className="divide-y divide-line rounded-panel border border-line bg-surface px-4">{children}</div>
    </fieldset>
  );
}

interface KeyRowProps {
  readonly apiKey: OffboardingKey;
  readonly checked: boolean;
  /** `null`: the caller may not revoke keys, and the row is only read. */
  readonly onToggle: (() => void) | null;
}

function KeyRow({ apiKey, checked, onToggle }: KeyRowProps): ReactElement {
  const facts = (
    <>
      <span className="font-mono">{apiKey.prefix}…</span> · {apiKey.role} · {summarizePermissions(apiKey.permissions)} ·{" "}
      {apiKey.lastUsedAt === null ? (
        "never used"
      ) : (
        <>
          last used <Time at={apiKey.lastUsedAt} />
          {apiKey.lastUsedIp !== null && <> from {apiKey.lastUsedIp}</>}
        </>
      )}
      {!apiKey.createdByMember && (
        <>
          {" "}
          · made by <bdi>{apiKey.createdBy.name}</bdi>
        </>
      )}
    </>
  );
  if (onToggle === null) {
    return (
      <div className="py-3 text-[0.8125rem] text-soft">
        <p className="text-sm font-medium wrap-anywhere text-ink">
          <bdi>{apiKey.name}</bdi>
        </p>
        {facts}
      </div>
    );
  }
  return (
    <Choice
      className="py-3"
      checked={checked}
      onChange={onToggle}
      label={<bdi className="font-medium wrap-anywhere">Revoke {apiKey.name}</bdi>}
      hint={facts}
    />
  );
}
