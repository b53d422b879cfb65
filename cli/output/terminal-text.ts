// Visible text on a terminal: measured in columns, and cut to fit. What makes it visible is runtime/visible-text.ts.

const plainAscii = /^[\x20-\x7e]*$/;
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;
const onlyMarks = /^\p{M}+$/u;

/** Columns that a visible text takes. */
export function widthOf(text: string): number {
  if (plainAscii.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (onlyMarks.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}

/** Keeps both ends, more of the second: the end of an ARN tells more than its start. */
export function shortenMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width <= 1) return "…".slice(0, width);
  const head = Math.floor((width - 1) * 0.4);
  return `${takeStart(text, head)}…${takeEnd(text, width - 1 - head)}`;
}

export function shortenEnd(text: string, width: number): string {
  return widthOf(text) <= width ? text : width <= 1 ? "…".slice(0, width) : `${takeStart(text, width - 1)}…`;
}

export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - widthOf(text))) + text;
}

function takeStart(text: string, width: number): string {
  let taken = "";
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    used += graphemeWidth(segment);
    if (used > width) break;
    taken += segment;
  }
  return taken;
}

function takeEnd(text: string, width: number): string {
  let taken = "";
  let used = 0;
  for (const { segment } of [...segmenter.segment(text)].reverse()) {
    used += graphemeWidth(segment);
    if (used > width) break;
    taken = segment + taken;
  }
  return taken;
}
