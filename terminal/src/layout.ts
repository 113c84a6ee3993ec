// Fits text into the columns of a terminal: its width there, shortened cells, tables, and lines that break between words.
// Node has no function for the width of text. No library is used, because it would be one more package to install, and
// the libraries count the vowel signs of Indian scripts as nothing, which terminals do not.

/** Characters of two columns: East Asian scripts, and their punctuation and full-width forms (UAX #11, W and F). */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;
/** Characters that change the one before them: accents, joiners, and the later letters of a Korean syllable. */
const NARROWEST = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7ff]/u;
/** Emoji as people see them, of one or several characters. */
const EMOJI = /\p{RGI_Emoji}/gv;

/** The number of columns that a terminal needs for the text. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  const rest = text.replace(EMOJI, () => {
    width += 2;
    return "";
  });
  for (const character of rest) width += NARROWEST.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** The text, cut to `width` columns with an ellipsis if it is longer. It is not cut inside a character that people see. */
export function shorten(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (widthOf(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

export interface Fit {
  /** The columns that stay, by their indices. */
  readonly columns: readonly number[];
  /** The width of each of them. */
  readonly widths: readonly number[];
}

const GAP = 2;
/** Text is shortened to this width before a column is left out. */
const LEAST = 12;

/**
 * Fits a table into `available` columns. `widths` are those that its columns need. Long text is shortened first, then the
 * columns in `leaveOut` are left out in that order. `whole` columns, such as ids, are shortened only when nothing else is
 * left.
 */
export function fitColumns(
  widths: readonly number[],
  available: number,
  { leaveOut, whole }: { readonly leaveOut: readonly number[]; readonly whole: ReadonlySet<number> },
): Fit {
  const columns = widths.map((_, column) => column);
  const left = [...leaveOut];
  const leastOf = (column: number): number => {
    const width = widths[column] ?? 0;
    return whole.has(column) ? width : Math.min(width, LEAST);
  };
  const sum = (least: (column: number) => number): number =>
    columns.reduce((total, column) => total + least(column), GAP * (columns.length - 1));
  while (sum(leastOf) > available && left.length > 0) columns.splice(columns.indexOf(left.shift() ?? -1), 1);
  const fitted = columns.map((column) => widths[column] ?? 0);
  const shrinkable = sum(leastOf) > available ? columns : columns.filter((column) => !whole.has(column));
  // One column at a time from the widest, so that short values stay whole.
  for (
    let over = fitted.reduce((total, width) => total + width, GAP * (columns.length - 1)) - available;
    over > 0;
    over--
  ) {
    const widest = Math.max(...shrinkable.map((column) => fitted[columns.indexOf(column)] ?? 0));
    const index = columns.findIndex((column, place) => shrinkable.includes(column) && fitted[place] === widest);
    if (index === -1 || widest <= 1) break;
    fitted[index] = widest - 1;
  }
  return { columns, widths: fitted };
}

/** Breaks the text between words into lines of at most `width` columns. A longer word gets a line. */
export function breakLines(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Where a line of two columns has its second one, as in `  MINTMARK_URL  the address`. */
const SECOND_COLUMN = /^( +\S.*? {2,})\S/;

/**
 * A page of help in lines of at most `width` columns. Lines that begin at the margin are paragraphs. A second column stays
 * one, and a long command continues after a backslash, so that it still can be copied.
 */
export function reflow(page: string, width: number): string {
  const blocks: string[] = [];
  for (const line of page.split("\n")) {
    const before = blocks.at(-1);
    const continues = /^\S/.test(line) && before !== undefined && /^\S/.test(before) && !before.endsWith(":");
    if (continues) blocks[blocks.length - 1] = `${before} ${line}`;
    else blocks.push(line);
  }
  return blocks.flatMap((block) => (widthOf(block) <= width ? [block] : breakBlock(block, width))).join("\n");
}

function breakBlock(block: string, width: number): readonly string[] {
  if (/^\S/.test(block)) return breakLines(block, width);
  const [, first = ""] = SECOND_COLUMN.exec(block) ?? [];
  if (first !== "") {
    const [line = "", ...rest] = breakLines(block.slice(first.length), width - widthOf(first));
    return [first + line, ...rest.map((text) => " ".repeat(widthOf(first)) + text)];
  }
  const lines = breakLines(block.trimStart(), width - 8);
  return lines.map((line, index) => `${index === 0 ? "  " : "      "}${line}${index < lines.length - 1 ? " \\" : ""}`);
}
