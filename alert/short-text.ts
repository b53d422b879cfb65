// Texts of records as people's messages hold them: on one line, with nothing that acts, and no longer than there is room.
import { visibleText } from "../runtime/visible-text.ts";

/** At most so many UTF-16 units; never half a character. Both ends stay, more of the second: the end of an ARN tells more than its start. */
export function shortText(text: string, most: number): string {
  const shown = visibleText(text.slice(0, most * 8));
  if (shown.length <= most) return shown;
  const head = Math.floor((most - 1) * 0.4);
  return `${shown.slice(0, head)}…${shown.slice(shown.length - (most - 1 - head))}`.toWellFormed();
}

/** The start stays. */
export function cutText(text: string, most: number): string {
  const shown = visibleText(text.slice(0, most * 2));
  return shown.length <= most && text.length <= most * 2 ? shown : `${shown.slice(0, most - 1)}…`.toWellFormed();
}

/** Chats make links of what looks like one: with the colon in brackets it is text, and can still be read. */
export function withoutLinks(text: string): string {
  return text.replaceAll("://", "[:]//");
}

/** Pieces one behind the other, as many as there is room for; the last one always stays. */
export function chainText(chain: readonly string[], most: number): string {
  const each = Math.max(20, Math.floor(most / Math.max(1, chain.length)) - 3);
  return chain.map((part) => shortText(part, each)).join(" → ");
}
