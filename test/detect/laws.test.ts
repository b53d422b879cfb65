// What must not change what is found: order, repeats, names, whole weeks, empty ticks, and being written down and read again in the midst of
// it. Over a few seeds; LAW_SEEDS=200 runs as many.

import { describe, expect, test } from "vitest";
import { seededRandom } from "../../bench/random.ts";
import type { Told } from "../../detect/alert-collapse.ts";
import { detectors } from "../../detect/detectors/registry.ts";
import { type IdentityHour, mergedWindow, type Window, windowsOf } from "../../detect/evidence.ts";
import { dayMs, hourMs } from "../../detect/shown-hour.ts";
import { type Rereading, Watch } from "../../detect/watch.ts";
import type { WatchState } from "../../detect/watch-state.ts";
import { inOrder, minuteMs, shiftedByWeeks, smallEstate } from "./small-estate.ts";

const options = { detectors, budget: 0.5 };
const seeds = Array.from({ length: Number(process.env.LAW_SEEDS ?? 4) }, (_, place) => 7001 + place);

interface Step {
  readonly momentMs: number;
  readonly parts: readonly Window[];
  readonly reading?: Rereading;
}

/** Moments with something received, and the ends of their hours. */
function stepsOf(rows: readonly IdentityHour[]): Step[] {
  const parts = Map.groupBy(windowsOf(rows), ({ momentMs }) => momentMs);
  const moments = new Set([...parts.keys()].flatMap((momentMs) => [momentMs, Math.ceil(momentMs / hourMs) * hourMs]));
  return [...moments].sort((left, right) => left - right).map((momentMs) => ({ momentMs, parts: parts.get(momentMs) ?? [] }));
}

const watched = (steps: readonly Step[], watch = new Watch(options)) =>
  steps.flatMap(({ momentMs, parts, reading }) => watch.step(momentMs, parts, reading));

/** As a set, and as text: what was told, of whom, when, why. */
const facts = (told: readonly Told[], rename = (uid: string) => uid, laterMs = 0) =>
  told
    .map(({ raised: { window, asOfMs, bits, maturity, reasons }, isNews, isRevision }) =>
      JSON.stringify([
        ...[asOfMs + laterMs, window.momentMs + laterMs, rename(window.identityUid), bits, maturity, isNews, isRevision],
        reasons.map(({ detector, observed, baseline, probability }) => [detector.id, observed, baseline, probability]).sort(),
      ]),
    )
    .sort();

const writtenAndRead = (watch: Watch): Watch => {
  const { estate, identities } = watch.state;
  const text = JSON.stringify({ estate, identities: [...identities] });
  return Watch.restore(options, JSON.parse(text) as WatchState);
};

describe.each(seeds)("of the estate of seed %i", (seed) => {
  const rows = smallEstate(seed);
  const steps = stepsOf(rows);
  const told = watched(steps);
  const found = facts(told);
  const random = seededRandom(seed + 1);

  test("something is found, some of it within its hour, and revised", () => {
    expect(told.filter(({ isNews, isRevision }) => isNews && !isRevision).length).toBeGreaterThan(0);
    expect(told.some(({ raised }) => raised.asOfMs < raised.window.momentMs)).toBe(true);
    expect(told.some(({ isRevision }) => isRevision)).toBe(true);
  });

  test("the order in which parts of a moment come changes nothing", () => {
    const shuffled = steps.map(({ momentMs, parts }) => ({ momentMs, parts: parts.toSorted(() => random() - 0.5) }));
    expect(facts(watched(shuffled))).toEqual(found);
  });

  test("parts that are read twice within their hour change nothing", () => {
    const twice = steps.map(({ momentMs, parts }, place) => {
      const before = steps[place - 1];
      const isSameHour = before !== undefined && Math.ceil(before.momentMs / hourMs) === Math.ceil(momentMs / hourMs);
      return { momentMs, parts: isSameHour ? [...before.parts, ...parts] : parts, reading: { againFromMs: Math.floor(momentMs / hourMs) * hourMs } };
    });
    expect(facts(watched(twice))).toEqual(found);
  });

  test("an hour that is read as a whole at its end is the hour that was read in parts", () => {
    const watch = new Watch(options);
    const byHour = Map.groupBy(steps, ({ momentMs }) => Math.ceil(momentMs / hourMs) * hourMs);
    const again = [...byHour].flatMap(([endMs, ofHour]) => {
      const byIdentity = Map.groupBy(
        ofHour.flatMap(({ parts }) => parts),
        ({ identityUid }) => identityUid,
      );
      const wholes = [...byIdentity.values()].flatMap(([first, ...others]) => (first === undefined ? [] : [mergedWindow([first, ...others], endMs)]));
      return [
        ...watched(
          ofHour.filter(({ momentMs }) => momentMs < endMs),
          watch,
        ),
        ...watch.stepOver(endMs, wholes),
      ];
    });
    expect(facts(again)).toEqual(found);
  });

  test("other names give the same findings under those names", () => {
    // Another order of names as well: the last comes first.
    const rename = (uid: string) => `z${9 - Number(uid.at(-1))}/${uid}`;
    const renamed = rows.map((row) => ({ ...row, identity_uid: rename(row.identity_uid) })).sort(inOrder);
    expect(facts(watched(stepsOf(renamed)))).toEqual(facts(told, rename));
  });

  test("whole weeks later the same is found whole weeks later", () => {
    expect(facts(watched(stepsOf(shiftedByWeeks(rows, 3))))).toEqual(facts(told, undefined, 21 * dayMs));
  });

  test("ticks at which nothing came change nothing", () => {
    const [first, last] = [steps[0]?.momentMs ?? 0, steps.at(-1)?.momentMs ?? 0];
    const parts = new Map(steps.map((step) => [step.momentMs, step.parts]));
    const every = Array.from({ length: (last - first) / minuteMs + 1 }, (_, tick) => first + tick * minuteMs);
    expect(facts(watched(every.map((momentMs) => ({ momentMs, parts: parts.get(momentMs) ?? [] }))))).toEqual(found);
  });

  test("written down and read again after any step, it goes on as if nothing had been", () => {
    let watch = new Watch(options);
    const cut = steps.flatMap(({ momentMs, parts }) => {
      if (random() < 0.08) watch = writtenAndRead(watch);
      return watch.step(momentMs, parts);
    });
    expect(facts(cut)).toEqual(found);
  });
});
