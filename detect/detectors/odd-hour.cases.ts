// Hours in which an identity never is, and hours that its rhythm allows.
import { type DetectorCases, everyDay, onDays, today, workdays } from "../detector-case.ts";

const around = Array.from({ length: 24 }, (_, hour) => hour);

export const oddHourCases: DetectorCases = {
  raises: [
    {
      says: "A job of two in the night works at two in the afternoon.",
      because: "Six weeks of one hour.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, hour: 14 }],
    },
    {
      says: "A tool of office hours works at three in the night.",
      because: "It has worked from eight to five only; whoever holds its key keeps other hours.",
      past: [8, 9, 10, 11, 12, 13, 14, 15, 16].flatMap((hour) => onDays(workdays, () => ({ identity: "office", hour }))),
      window: [{ identity: "office", day: today, hour: 3 }],
    },
    {
      says: "A job of every sixth hour works between its runs.",
      because: "Its runs are at one, seven, one and seven.",
      past: [1, 7, 13, 19].flatMap((hour) => onDays(everyDay, () => ({ identity: "synchroniser", hour }))),
      window: [{ identity: "synchroniser", day: today, hour: 4 }],
    },
  ],
  staysQuiet: [
    {
      says: "A job of two in the night works at two in the night.",
      because: "Its hour.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, hour: 2 }],
    },
    {
      says: "A job of two in the night is an hour late.",
      because: "An hour beside its own counts half: the clocks change, and queues are long at times.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, hour: 3 }],
    },
    {
      says: "A service that never sleeps works at four in the night.",
      because: "Every hour is its own.",
      past: around.flatMap((hour) => onDays(everyDay, () => ({ identity: "service", hour }))),
      window: [{ identity: "service", day: today, hour: 4 }],
    },
    {
      says: "A tool of office hours works on a Saturday morning, for the first time.",
      because: "Of Saturdays nothing is known but the hours of other days.",
      past: [8, 9, 10, 11, 12, 13, 14, 15, 16].flatMap((hour) => onDays(workdays, () => ({ identity: "office", hour }))),
      window: [{ identity: "office", day: today + 5, hour: 10 }],
    },
    {
      says: "An identity of four days works at an hour of its own choice.",
      because: "Four days are no rhythm.",
      past: onDays([38, 39, 40, 41], () => ({})),
      window: [{ day: today, hour: 14 }],
    },
  ],
};
