// A list of things, each with a name, facts and an action. A long list has only the rows near the screen in the
// document (rows-in-sight.ts). Rule: the list remembers which rows are open, because a row out of sight is removed.
import {
  Children,
  createContext,
  isValidElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useMemo,
  useRef,
  useState,
} from "react";
import { classNames } from "./class-names.ts";
import { useRowsInSight } from "./rows-in-sight.ts";

/** The place of a row in its list. */
interface RowPlace {
  readonly index: number;
  /** The number of rows in the list. */
  readonly total: number;
  /** The height of the rows before this one that are not drawn. */
  readonly above: number;
  readonly isOpen: boolean;
  readonly measure: ((row: Element | null) => void) | null;
  readonly onFocus: () => void;
  readonly onToggle: () => void;
}

const PlaceContext = createContext<RowPlace | null>(null);

interface RowsProps {
  readonly label: string;
  readonly className?: string;
  /** Each is a `Row` or draws a `RowItem`, and has a key. */
  readonly children: ReactNode;
}

export function Rows({ label, className = BORDERED, children }: RowsProps): ReactElement {
  const rows = useMemo(() => Children.toArray(children).filter((row) => isValidElement(row)), [children]);
  const keys = useMemo(() => rows.map(({ key }) => String(key)), [rows]);
  const list = useRef<HTMLUListElement>(null);
  const [lastFocused, setLastFocused] = useState<string | null>(null);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const { drawn, below, measure } = useRowsInSight(label, keys, list, lastFocused);
  const actions = useMemo<RowActions>(
    () => ({
      measure,
      // At once, not when the page has scrolled: the next Tab must find the next row.
      focus: setLastFocused,
      toggle: (key) => setOpened((before) => toggled(before, key)),
    }),
    [measure],
  );
  return (
    <ul ref={list} aria-label={label} className={className} style={{ paddingBlockEnd: below }}>
      {drawn.map(({ index, above }) => {
        const key = keys[index] ?? "";
        return (
          <PlacedRow
            key={key}
            id={key}
            index={index}
            total={rows.length}
            above={above}
            isOpen={opened.has(key)}
            actions={actions}
          >
            {rows[index]}
          </PlacedRow>
        );
      })}
    </ul>
  );
}

const BORDERED = "rounded-panel border border-line bg-surface";

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}

interface RowActions {
  readonly measure: RowPlace["measure"];
  readonly focus: (key: string) => void;
  readonly toggle: (key: string) => void;
}

interface PlacedRowProps {
  readonly id: string;
  readonly index: number;
  readonly total: number;
  readonly above: number;
  readonly isOpen: boolean;
  readonly actions: RowActions;
  readonly children: ReactNode;
}

/** Tells a row its place. A row is drawn again only if its own place changes. */
function PlacedRow({ id, index, total, above, isOpen, actions, children }: PlacedRowProps): ReactElement {
  const place = useMemo<RowPlace>(() => {
    const { measure, focus, toggle } = actions;
    return { index, total, above, isOpen, measure, onFocus: () => focus(id), onToggle: () => toggle(id) };
  }, [id, index, total, above, isOpen, actions]);
  return <PlaceContext value={place}>{children}</PlaceContext>;
}

function useRowPlace(): RowPlace {
  const place = useContext(PlaceContext);
  if (place === null) throw new Error("A row is drawn outside of `Rows`.");
  return place;
}

/** Whether the details of the row are open, and a function that opens or closes them. */
export function useRowDetails(): readonly [isOpen: boolean, toggle: () => void] {
  const { isOpen, onToggle } = useRowPlace();
  return [isOpen, onToggle];
}

interface RowItemProps {
  readonly className?: string;
  readonly children: ReactNode;
}

/** The element of a row. */
export function RowItem({ className, children }: RowItemProps): ReactElement {
  const { index, total, above, measure, onFocus } = useRowPlace();
  const isWhole = measure === null;
  return (
    <li
      ref={measure}
      data-index={index}
      aria-posinset={isWhole ? undefined : index + 1}
      aria-setsize={isWhole ? undefined : total}
      style={{ marginBlockStart: above }}
      // Events of the dialogs and menus of the row arrive here, too.
      onFocusCapture={onFocus}
      className={classNames(index > 0 && "border-t border-line", className)}
    >
      {children}
    </li>
  );
}

interface RowProps {
  readonly icon?: ReactElement;
  readonly title: ReactNode;
  readonly badges?: ReactNode;
  readonly note?: ReactNode;
  readonly facts?: ReactNode;
  readonly action?: ReactNode;
  /** Whether the action is wider than one small button. Then it has its own line on a narrow screen. */
  readonly wideAction?: boolean;
  readonly muted?: boolean;
}

export function Row({
  icon,
  title,
  badges,
  note,
  facts,
  action,
  wideAction = false,
  muted = false,
}: RowProps): ReactElement {
  return (
    <RowItem
      className={classNames("flex min-h-16 items-start gap-3 px-4 py-3", wideAction && "flex-wrap sm:flex-nowrap")}
    >
      {icon && (
        <span className="mt-0.5 text-faint [&_svg]:size-4.5" aria-hidden="true">
          {icon}
        </span>
      )}
      <div className="flex min-w-0 grow flex-wrap gap-x-6 gap-y-1">
        <div className="min-w-0 grow basis-56">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <bdi className={classNames("font-semibold wrap-anywhere", muted && "text-soft")}>{title}</bdi>
            {badges}
          </div>
          {note && <div className="text-[0.8125rem] wrap-anywhere text-soft">{note}</div>}
        </div>
        {facts && (
          <div className="min-w-0 text-[0.8125rem] wrap-anywhere text-soft sm:basis-52 sm:text-right lg:basis-72">
            {facts}
          </div>
        )}
      </div>
      {action && (
        <div
          className={classNames(
            "flex shrink-0 items-center gap-1 self-center",
            wideAction ? "basis-full sm:basis-auto" : "-my-1",
          )}
        >
          {action}
        </div>
      )}
    </RowItem>
  );
}
