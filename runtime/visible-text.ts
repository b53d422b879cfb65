// Untrusted text on one line, made harmless: names in audit logs are chosen by attackers, and neither a terminal nor a chat may act on them.

/** Controls, format characters (bidi overrides, zero-width, tags), line separators, lone surrogates, private use. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
const stackedMarks = /(\p{M}{3})\p{M}+/gu;
const plainAscii = /^[\x20-\x7e]*$/;

/** The text on one line, with everything that a reader's program would act on written out: \x1b, \u202e. */
export function visibleText(text: string): string {
  if (plainAscii.test(text)) return text;
  return text.replace(unsafe, escapeCharacter).replace(stackedMarks, "$1");
}

function escapeCharacter(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  if (character === "\t") return "\\t";
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
}
