// The end of a list that goes on: a button, which presses itself when it comes into view.
import { type ReactElement, useEffect, useRef } from "react";
import { Button } from "./button.tsx";

interface LoadMoreProps {
  readonly busy: boolean;
  /** The last try failed: only a person tries again. */
  readonly failed?: boolean;
  readonly onMore: () => void;
  readonly children: string;
}

export function LoadMore({ busy, failed = false, onMore, children }: LoadMoreProps): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  useEffect(() => {
    more.current = onMore;
  }, [onMore]);
  useEffect(() => {
    const { current } = place;
    if (busy || failed || current === null) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) more.current();
      },
      { rootMargin: "400px" },
    );
    observer.observe(current);
    return () => observer.disconnect();
  }, [busy, failed]);
  return (
    <div ref={place} className="grid justify-items-center">
      <Button busy={busy} onClick={onMore}>
        {children}
      </Button>
    </div>
  );
}
