// The foot of the form. It stays in view while something is not saved, and says what saving would break.
import type { ReactElement } from "react";
import type { PolicyPreview } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { breakageText } from "./preview-text.ts";

interface SaveBarProps {
  readonly changed: boolean;
  /** Somebody else has saved another policy since this form was filled. */
  readonly stale: boolean;
  readonly isDefault: boolean;
  readonly busy: boolean;
  readonly counts: PolicyPreview["counts"];
  /** What AI clients lose besides, or `null`. */
  readonly mcpLoss: string | null;
  readonly onReset: () => void;
  readonly onDiscard: () => void;
}

export function SaveBar(props: SaveBarProps): ReactElement {
  const { changed, stale, isDefault, busy, counts, mcpLoss, onReset, onDiscard } = props;
  return (
    <div
      className={classNames(
        "flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-4",
        changed && "sticky bottom-0 z-10 bg-canvas",
      )}
    >
      <p className="min-w-0 grow basis-56 text-[0.8125rem] text-soft">
        {changed ? (
          <>
            <span className="font-medium text-ink">Not saved yet.</span>{" "}
            {stale && "Someone else has changed the policy meanwhile: saving replaces theirs. "}
            {counts && breakageText(counts)} {mcpLoss}
          </>
        ) : (
          "Everything here is saved."
        )}
      </p>
      <div className="flex flex-wrap gap-2">
        {!isDefault && (
          <Button kind="quiet" onClick={onReset}>
            Reset to default
          </Button>
        )}
        {changed && <Button onClick={onDiscard}>{stale ? "Load theirs" : "Discard"}</Button>}
        <Button type="submit" kind="primary" busy={busy}>
          Save policy
        </Button>
      </div>
    </div>
  );
}
