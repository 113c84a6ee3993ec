import { type ReactElement, useEffect, useRef } from "react";
import type { PolicyChange } from "../../api/types.ts";
import { Notice } from "../../ui/notice.tsx";
import { Time } from "../../ui/time-view.tsx";

/** Says since when the policy holds; it comes into view, since the button that saved is at the other end of the page. */
export function PolicyReceipt({ receipt }: { readonly receipt: PolicyChange["receipt"] }): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.focus();
  }, []);
  return (
    <div ref={place} tabIndex={-1} className="scroll-mt-24 outline-none">
      <Notice tone="good" live="status" title="The token policy is saved and in force everywhere.">
        <p>
          Since <Time at={receipt.at} as="date-time" />, every use of a token or API key is judged by it. The change is
          in the audit log, with what was before.
        </p>
      </Notice>
    </div>
  );
}
