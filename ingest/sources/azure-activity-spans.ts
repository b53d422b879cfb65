// The spans of time that the Activity Log is asked for: from where it was read to, back by an overlap since records come late, in pieces
// whose pages are few. It stands apart because it is arithmetic alone.

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Both ends belong to each piece, as they do to what is asked for: a record at a border comes twice rather than never. */
export function pieces({ fromMs, toMs }: Span, longestMs: number): Span[] {
  const spans: Span[] = [];
  for (let startMs = fromMs; startMs < toMs || spans.length === 0; startMs += longestMs) {
    spans.push({ fromMs: startMs, toMs: Math.min(startMs + longestMs, toMs) });
  }
  return spans;
}

/** Undefined where it cannot be cut any more: both halves would be the whole. */
export function halves({ fromMs, toMs }: Span): readonly [Span, Span] | undefined {
  if (toMs - fromMs < 2) return undefined;
  const middleMs = Math.floor((fromMs + toMs) / 2);
  return [
    { fromMs, toMs: middleMs },
    { fromMs: middleMs, toMs },
  ];
}
