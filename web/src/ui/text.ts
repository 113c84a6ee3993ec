// Names in the middle of a sentence that is a plain string. In JSX a `<bdi>` around the name does the same.

const CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** The name so that it cannot turn the words around it: unchanged, unless it has letters that run from right to left. */
export function isolated(name: string): string {
  const plain = name.replaceAll(CONTROLS, "");
  return RIGHT_TO_LEFT.test(plain) ? `\u2068${plain}\u2069` : plain;
}

// What plots show, worked out: names of days, sums in words, which codes are drawn and which are added up.

/** "1,204" */
export function count(number: number): string {
  return number.toLocaleString("en");
}

/** "1 use", "1,204 uses" */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
