// Short messages about what just happened. They appear at the foot of the window, and screen readers announce them
// without moving the focus.
import { CircleAlert, CircleCheck, X } from "lucide-react";
import {
  createContext,
  type ReactElement,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
} from "react";

const SHOWN_MS = 6000;

interface Announcement {
  readonly id: number;
  readonly text: string;
  /** Announced to screen readers only, since the page shows the change. */
  readonly silent: boolean;
  readonly failed: boolean;
}

interface AnnounceOptions {
  readonly spokenOnly?: boolean;
  /** Whether the action failed. Then the message is a warning. */
  readonly failed?: boolean;
}

type Announce = (text: string, options?: AnnounceOptions) => void;

const AnnouncerContext = createContext<Announce>(() => undefined);

/** Returns a function that announces the result of an action. */
export function useAnnounce(): Announce {
  return use(AnnouncerContext);
}

let nextId = 0;

export function AnnouncerProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [current, setCurrent] = useState<Announcement | null>(null);
  const [held, setHeld] = useState(false);
  const announce = useCallback<Announce>((text, options) => {
    nextId += 1;
    setCurrent({ id: nextId, text, silent: options?.spokenOnly ?? false, failed: options?.failed ?? false });
  }, []);
  const dismiss = useCallback(() => {
    setCurrent(null);
    setHeld(false);
  }, []);
  useEffect(() => {
    if (current === null || held) return undefined;
    const timer = setTimeout(dismiss, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [current, held, dismiss]);
  const value = useMemo(() => announce, [announce]);
  return (
    <AnnouncerContext value={value}>
      {children}
      <output aria-live="polite" className="sr-only">
        {/* With a key, a repeated message counts as a change and is announced again. */}
        {current && <span key={current.id}>{current.text}</span>}
      </output>
      {current && !current.silent && (
        <div
          data-toast=""
          className="pointer-events-none fixed inset-x-0 bottom-6 z-50 flex justify-center p-4 print:hidden"
        >
          <div
            className="pointer-events-auto flex max-w-[32rem] items-center gap-2.5 rounded-control border border-line bg-raised py-1.5 pr-1.5 pl-3.5 shadow-float"
            onPointerEnter={() => setHeld(true)}
            onPointerLeave={() => setHeld(false)}
          >
            {current.failed ? (
              <CircleAlert className="size-4 shrink-0 text-rust" aria-hidden="true" />
            ) : (
              <CircleCheck className="size-4 shrink-0 text-mint" aria-hidden="true" />
            )}
            <span aria-hidden="true" className="py-1 wrap-anywhere">
              {current.text}
            </span>
            <button
              type="button"
              aria-label="Dismiss message"
              className="grid size-7 shrink-0 place-items-center rounded-control text-faint hover:bg-sunken hover:text-ink"
              onClick={dismiss}
            >
              <X className="size-4" aria-hidden="true" />
            </button>
          </div>
        </div>
      )}
    </AnnouncerContext>
  );
}
