// The search text of a list. The field shows it at once, and the address keeps it, so that a reload, a link and the back
// button show the same list. Rule: people paste whole secrets to find their token, so an address gets at most a prefix.
import { prefixIn, QUERY_MAX_LENGTH } from "@mintmark/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

/** A longer run of letters and digits is no name and no id, but may be a secret of any product. */
const LONG_RUN = /[\p{L}\p{N}]{33}/u;

/** The part of the text that an address may hold: of a secret of Mintmark its prefix, of another long code nothing. */
export function textForAddress(typed: string): string {
  const prefix = prefixIn(typed);
  if (prefix !== null) return prefix;
  return LONG_RUN.test(typed) ? "" : typed.trim().slice(0, QUERY_MAX_LENGTH);
}

/** The text in the search field of this page, and a function that changes it and the `query` of the address. */
export function useSearchText(): readonly [string, (typed: string) => void] {
  const query = useSearch({ strict: false }).query ?? "";
  const navigate = useNavigate();
  const [text, setText] = useState(query);
  /** The texts that this field has put into the address and that have not come back from it, in their order. */
  const sent = useRef<readonly string[]>([]);
  useEffect(() => {
    const place = sent.current.indexOf(query);
    sent.current = place === -1 ? [] : sent.current.slice(place + 1);
    // Only a navigation from elsewhere, such as the back button, changes the field. Typing may be ahead of the address.
    if (place === -1) setText((shown) => (textForAddress(shown) === query ? shown : query));
  }, [query]);

  function change(typed: string): void {
    setText(typed);
    const next = textForAddress(typed);
    if (next === (sent.current.at(-1) ?? query)) return;
    sent.current = [...sent.current, next];
    const search = (before: object): object => ({ ...before, query: next });
    void navigate({ to: ".", search: search as never, replace: true, resetScroll: false });
  }
  return [text, change];
}
