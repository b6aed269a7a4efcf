/** Where a YAML node begins and where its value ends, as offsets in the text. */
export type Item = readonly [begin: number, end: number];

/** A list in a YAML text: in block style (an item a line, after a dash) or in flow style ([a, b]). */
export interface ItemList {
  readonly isFlow: boolean;
  readonly range: Item;
  readonly items: readonly Item[];
}

const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;
/** After the newline, or the end of the text. */
const lineEnd = (text: string, at: number): number => {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
};
/** A block ends behind its last newline: without that, and what else is blank. */
const trimmedEnd = (text: string, [begin, end]: Item): number => begin + text.slice(begin, end).trimEnd().length;

const splice = (text: string, begin: number, end: number, lines: readonly string[]): string =>
  text.slice(0, begin) + lines.join(newlineOf(text)) + text.slice(end);

/** What its further lines begin with: as far in as the item itself. */
export const itemIndent = (text: string, [begin]: Item): string => ' '.repeat(begin - lineStart(text, begin));

/** `lines` in the place of an item; the first begins where it began. */
export const replaceItem = (text: string, item: Item, lines: readonly string[]): string =>
  splice(text, item[0], trimmedEnd(text, item), lines);

/** `lines`, of which none is indented, as a further item at the end of the list. */
export const insertItem = (text: string, list: ItemList, lines: readonly string[]): string => {
  const last = list.items.at(-1);
  if (!last) {
    const [begin, end] = list.range;
    return splice(text, text.slice(0, begin).trimEnd().length, end, ['', ...indented(lines, '  - ')]);
  }
  if (list.isFlow) return splice(text, last[1], last[1], [`, ${lines.join(' ')}`]);
  const begin = lineStart(text, last[0]);
  const dash = text.slice(begin, last[0]).replace(/[^\s-]/g, ' ');
  const end = lineEnd(text, trimmedEnd(text, last));
  const isWhole = text[end - 1] === '\n';
  return splice(text, end, end, [...(isWhole ? [] : ['']), ...indented(lines, dash), ...(isWhole ? [''] : [])]);
};

const indented = (lines: readonly string[], dash: string): string[] =>
  lines.map((line, at) => (at === 0 ? dash : line && ' '.repeat(dash.length)) + line);

/** Without an item, and without the comments right above it; an empty list is `[]`. */
export const removeItem = (text: string, list: ItemList, item: Item): string => {
  const at = list.items.indexOf(list.items.find(([begin]) => begin === item[0]) ?? item);
  const [before, after] = [list.items[at - 1], list.items[at + 1]];
  if (list.isFlow) {
    if (after) return text.slice(0, item[0]) + text.slice(after[0]);
    return before ? text.slice(0, before[1]) + text.slice(item[1]) : splice(text, ...list.range, ['[]']);
  }
  const begin = withComments(text, lineStart(text, item[0]));
  const end = lineEnd(text, trimmedEnd(text, item));
  if (before ?? after) return text.slice(0, begin) + text.slice(end);
  // What is left of `cameras:`, whose colon is the last before the list.
  const colon = text.lastIndexOf(':', text.lastIndexOf('cameras', list.range[0]) + 'cameras"'.length) + 1;
  return `${text.slice(0, colon)} []${text.slice(colon, begin)}${text.slice(end)}`;
};

/** Comments as far in as the line that begins at `begin`, directly above it. */
const withComments = (text: string, begin: number): number => {
  const indent = /^[ \t]*/.exec(text.slice(begin))?.[0] ?? '';
  let start = begin;
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (!text.slice(above, start).startsWith(`${indent}#`)) break;
    start = above;
  }
  return start;
};
