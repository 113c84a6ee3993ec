// Names and counts in sentences that are plain strings. In JSX, a `<bdi>` element isolates a name.
import { type Confirmed, confirmationInWords } from "@mintmark/core";

const CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/**
 * Isolates a name so that it cannot change the direction of the words around it. A name without right-to-left
 * characters stays the same.
 */
export function isolated(name: string): string {
  const plain = name.replaceAll(CONTROLS, "");
  return RIGHT_TO_LEFT.test(plain) ? `\u2068${plain}\u2069` : plain;
}

/** " Confirmed by 3 replicas in 4 ms." to follow a sentence about a change; empty where one process serves. */
export function confirmedBy(receipt: Confirmed): string {
  const words = confirmationInWords(receipt);
  return words === null ? "" : ` ${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

// The data of plots: names of days, sums in words, and the series that are drawn.

/** "1,204" */
export function count(number: number): string {
  return number.toLocaleString("en");
}

/** "1 use", "1,204 uses" */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
