// Secrets out of texts: what a receiver says again of what it was sent, in whatever form it says it.

const mask = "********";
/** Shorter ones would be found in innocent words. */
const shortestMasked = 6;

/** A function that replaces these secrets, and their encodings for JSON, HTML, URLs, base64 and hexadecimal digits. To be asked before a text is cut. */
export function secretMask(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.flatMap(partsOf).filter(isLong).flatMap(formsOf).filter(isLong));
  if (forms.size === 0) return (text) => text;
  const longestFirst = [...forms].sort((left, right) => right.length - left.length);
  const any = new RegExp(longestFirst.map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"), "gi");
  return (text) => (text === "" ? "" : text.replace(any, mask));
}

function isLong({ length }: string): boolean {
  return length >= shortestMasked;
}

/** Of a URL the path is secret by itself, and its last part; of a signing key what stands behind its kind. */
function partsOf(secret: string): string[] {
  const key = secret.replace(/^whs(?:ec|k)_/, "");
  if (!/^https?:/.test(secret) || !URL.canParse(secret)) return [secret, key];
  const { pathname, search } = new URL(secret);
  return [secret, `${pathname}${search}`, pathname, pathname.split("/").at(-1) ?? ""];
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const html = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quoted = html.replaceAll('"', "&quot;");
  const form = new URLSearchParams({ secret }).toString().slice("secret=".length);
  const base64 = [0, 1, 2].map((before) => base64Within(bytes, before));
  return [
    ...[secret, json, json.replaceAll("/", "\\/"), html, quoted, quoted.replaceAll("'", "&#39;"), quoted.replaceAll("'", "&#x27;")],
    ...[encodeURI(secret.toWellFormed()), encodeURIComponent(secret.toWellFormed()), form, form.replaceAll("+", "%20"), bytes.toString("hex")],
    ...[...base64, ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"))],
  ];
}

/** What stays the same of it in base64 behind so many bytes (0 to 2 of three), whatever these are and whatever follows. */
function base64Within(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}
