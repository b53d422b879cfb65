// Whom a day misses: told once, at its end, and of a silent source once for all of it.
import { describe, expect, test } from "vitest";
import type { Told } from "../../detect/alert-collapse.ts";
import { detectors } from "../../detect/detectors/registry.ts";
import { windowsOf } from "../../detect/evidence.ts";
import { dayMs, hourOf, type Shown, startDay } from "../../detect/shown-hour.ts";
import { Watch } from "../../detect/watch.ts";

const days = Array.from({ length: 40 }, (_, day) => day);
const nightly = (identity: string, until: number, account = "111122223333"): Shown[] =>
  days.filter((day) => day < until).map((day) => ({ identity, day, hour: 2, account }));
/** Of an account of its own, so that the days are seen to pass. */
const other = days.map((day): Shown => ({ identity: "other", day, hour: 9, account: "999900001111" }));

function missed(shown: readonly Shown[]): Told[] {
  const watch = new Watch({ detectors, budget: 10 });
  const rows = shown.map(hourOf).sort((left, right) => left.moment_ms - right.moment_ms || (left.identity_uid < right.identity_uid ? -1 : 1));
  const told = [...Map.groupBy(rows, ({ moment_ms }) => moment_ms)].flatMap(([momentMs, each]) => watch.step(momentMs, windowsOf(each)));
  return told.filter(({ raised }) => raised.reasons.some(({ detector }) => detector.id === "missed-run"));
}

describe("a nightly job that came for the last time on its thirtieth night", () => {
  const told = missed([...nightly("backup", 30), ...other]);

  test("is told once, at the end of the first day without it", () => {
    expect(told.map(({ raised, isNews }) => [raised.window.identityUid, raised.asOfMs / dayMs - startDay, isNews])).toEqual([["backup", 31, true]]);
  });

  test("with the last run, the usual gap, and how sure it is", () => {
    expect(told[0]?.raised.reasons[0]).toMatchObject({
      observed: "did not come; it came last on Tuesday 2:00 UTC, 46 hours ago",
      baseline: expect.stringMatching(/^it usually comes every 24 hours; a silence so long has a probability of 0\.\d+ % by its own$/),
    });
  });

  test("ranks behind what is odd: it is a fact", () => expect(told[0]?.raised.bits).toBe(5));
});

test("a hundred identities of one account that fall silent on one day are one line about the account", () => {
  const hundred = Array.from({ length: 100 }, (_, number) => nightly(`service-${number}`, 30)).flat();
  const told = missed([...hundred, ...other]);
  expect(told).toHaveLength(1);
  expect(told[0]?.raised.reasons[0]?.observed).toMatch(/^100 of the 100 identities of 111122223333 that should be there fell silent together/);
});

test("two that stop in an account of a hundred others are two", () => {
  const others = Array.from({ length: 10 }, (_, number) => nightly(`service-${number}`, 40)).flat();
  const watched = missed([...nightly("backup", 30), ...nightly("mirror", 33), ...others, ...other]);
  expect(watched.map(({ raised }) => raised.window.identityUid)).toEqual(["backup", "mirror"]);
});

test("two a day where one has room: the other is told on the next day, unless it is back by then", () => {
  const others = Array.from({ length: 10 }, (_, number) => nightly(`service-${number}`, 40)).flat();
  const placesOf = (told: readonly Told[]) => told.map(({ raised }) => [raised.window.identityUid, raised.asOfMs / dayMs - startDay]);
  const late = [...nightly("backup", 30), ...nightly("mirror", 30), ...others, ...other];
  expect(placesOf(missed(late))).toEqual([
    ["backup", 31],
    ["mirror", 32],
  ]);
  expect(placesOf(missed([...late, { identity: "mirror", day: 31, hour: 2 }]))).toEqual([
    ["backup", 31],
    ["mirror", 33],
  ]);
});

test("days without any record at all are asked afterwards, and blame the account", () => {
  const stopped = ["backup", "mirror", "report"].flatMap((identity) => nightly(identity, 30));
  const back = { day: 36, hour: 2, identity: "backup" } as const;
  const told = missed([...stopped, back]);
  expect(told.map(({ raised }) => raised.asOfMs / dayMs - startDay)).toEqual([31]);
  expect(told[0]?.raised.reasons[0]?.observed).toContain("fell silent together");
});
