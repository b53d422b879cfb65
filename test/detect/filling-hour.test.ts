// The hour that goes on, whose parts may be read before all of their rows are visible.
import { describe, expect, test } from "vitest";
import { seededRandom } from "../../bench/random.ts";
import { type IdentityHour, type Window, windowsOf } from "../../detect/evidence.ts";
import { FillingHour } from "../../detect/filling-hour.ts";
import { hourMs } from "../../detect/shown-hour.ts";
import { smallEstate } from "./small-estate.ts";

/** The hour of the estate with the most rows. */
function busiestHour(seed: number): { endMs: number; rows: IdentityHour[] } {
  const hours = [...Map.groupBy(smallEstate(seed), ({ moment_ms }) => Math.ceil(moment_ms / hourMs) * hourMs)];
  const [endMs, rows] = hours.toSorted(([, left], [, right]) => right.length - left.length)[0] ?? [0, []];
  return { endMs, rows };
}

function filled(endMs: number, parts: readonly Window[]): FillingHour {
  const hour = new FillingHour(endMs);
  for (const part of parts) hour.fill(part, 0);
  return hour;
}

describe.each([1, 2, 3, 4, 5, 6])("the busiest hour of the estate of seed %i", (seed) => {
  const { endMs, rows } = busiestHour(seed);
  const random = seededRandom(seed);
  const parts = windowsOf(rows);
  const whole = filled(endMs, parts).windows;

  test("what was half visible when it was read first is as if it had been read whole at once", () => {
    const half = (row: IdentityHour) => ({
      ...row,
      events: row.events + 3,
      reads: 0,
      deeds: row.deeds.slice(1),
      uses: row.uses.slice(1),
      targets: [],
    });
    const hour = filled(endMs, windowsOf(rows.filter(() => random() < 0.7).map((row) => (random() < 0.5 ? half(row) : row))));
    for (const part of parts) hour.fill(part, 0);
    expect(hour.windows).toEqual(whole);
    for (const part of parts) expect(hour.fill(part, 0)).toBeUndefined();
  });

  test("of what counts as received at another time after all nothing is left", () => {
    const strangers = windowsOf(rows.map((row) => ({ ...row, identity_uid: `other ${row.identity_uid}` })));
    const hour = filled(endMs, [...parts, ...strangers]);
    const changes = hour.retain(0, endMs, parts);
    const uids = new Set(strangers.map(({ identityUid }) => identityUid));
    expect(changes.map(({ before, now }) => [before?.identityUid, now])).toEqual([...uids].map((uid) => [uid, undefined]));
    expect(hour.windows).toEqual(whole);
  });

  test("what will not be read again is not taken out, and a part that comes after it adds to it", () => {
    const hour = filled(endMs, parts);
    hour.settle(endMs);
    expect(hour.retain(0, endMs, [])).toEqual([]);
    expect(hour.windows).toEqual(whole);
    const [first] = parts;
    if (first === undefined) throw new RangeError("an hour without parts");
    const before = hour.window(first.identityUid)?.hours.reduce((sum, { events }) => sum + events, 0) ?? 0;
    hour.fill(first, 0);
    const events = first.hours.reduce((sum, each) => sum + each.events, 0);
    expect(hour.window(first.identityUid)?.hours.reduce((sum, each) => sum + each.events, 0)).toBe(before + events);
  });
});
