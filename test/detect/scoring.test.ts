// From bits to a p-value: what a window is held against.
import { expect, test } from "vitest";
import type { Detector } from "../../detect/detector.ts";
import { unusualVolume } from "../../detect/detectors/unusual-volume.ts";
import { windowsOf } from "../../detect/evidence.ts";
import { EstateMemory } from "../../detect/memory/estate-memory.ts";
import { Scoring } from "../../detect/scoring.ts";
import { hourOf, startDay } from "../../detect/shown-hour.ts";

/** As many bits as events. */
const byEvents: Detector = {
  ...unusualVolume,
  score: ({ hours }) => [{ bits: hours[0]?.events ?? 0, what: "events", observed: "", baseline: "" }],
};
const identities = Array.from({ length: 40 }, (_, number) => `service-${number}`);
const odd = 12;

/** Two weeks in which everybody shows little, and `wanderer` on the last four days much. */
function probabilitiesAfter(wanderer: string): (uid: string) => number {
  const memory = new EstateMemory();
  const scoring = new Scoring([byEvents], memory);
  const windowOf = (identity: string, day: number, events: number) => windowsOf([hourOf({ identity, day, events })]);
  for (let day = 0; day < 14; day++) {
    const windows = identities.flatMap((identity, number) => windowOf(identity, day, identity === wanderer && day >= 10 ? odd : (number + day) % 5));
    for (const window of windows) scoring.learn(scoring.judge(window, startDay + day), startDay + day);
    memory.learn(windows, startDay + day);
    scoring.closeDay();
  }
  return (uid) => windowOf(uid, 14, odd).map((window) => scoring.judge(window, startDay + 14).probability)[0] ?? Number.NaN;
}

test("whoever was as odd before, and was not raised, is less odd now than one who never was", () => {
  const probabilityOf = probabilitiesAfter("service-3");
  expect(probabilityOf("service-3")).toBeGreaterThan(4 * probabilityOf("service-4"));
});
