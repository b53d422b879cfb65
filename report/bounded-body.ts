// A body that no receiver refuses for its size: what an attacker made long is cut, the longest first, until it fits.
const ellipsis = "…";
/** Longest text and longest list, from the gentlest. */
const cuts = [
  { text: 2_000, list: 200 },
  { text: 500, list: 50 },
  { text: 200, list: 20 },
  { text: 80, list: 8 },
  { text: 40, list: 4 },
] as const;

interface BoundedBody {
  readonly body: object;
  /** The same, as it was measured: to write it once more takes as long as all else that is done to it. */
  readonly json: string;
}

/** At most so many bytes of JSON, as far as cutting texts and lists can do it; what fits already is as it was. */
export function boundedBody(body: object, mostBytes: number): BoundedBody {
  let bounded: BoundedBody = { body, json: JSON.stringify(body) };
  for (const { text, list } of cuts) {
    if (Buffer.byteLength(bounded.json) <= mostBytes) return bounded;
    const shorter = Object.fromEntries(Object.entries(body).map(([key, value]) => [key, cut(value, text, list)]));
    bounded = { body: shorter, json: JSON.stringify(shorter) };
  }
  return bounded;
}

function cut(value: unknown, text: number, list: number): unknown {
  if (typeof value === "string") return value.length <= text ? value : `${value.slice(0, text - 1)}${ellipsis}`.toWellFormed();
  if (Array.isArray(value)) return value.slice(0, list).map((item) => cut(item, text, list));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cut(inner, text, list)]));
}
