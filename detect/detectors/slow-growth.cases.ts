// Days that grow, and days that only look as if they did.
import { type DetectorCases, everyDay, onDays, today, workdays } from "../detector-case.ts";

/** Within a tenth of the level, by no rule that a week would repeat. */
const varied = (level: number, day: number) => Math.round(level * (1 + (((day * 7919) % 41) - 20) / 200));
const grown = (day: number, from: number, share: number) => (1 + share) ** Math.max(0, day - from);

export const slowGrowthCases: DetectorCases = {
  raises: [
    {
      says: "An export of two hundred objects a night takes five percent more each night, for ten nights.",
      because: "No night stands out from the one before; all of them lie above the month.",
      past: onDays(everyDay, (day) => ({ events: varied(200 * grown(day, 32, 0.05), day) })),
      window: [{ day: today, events: 330 }],
    },
    {
      says: "A tool of working days grows by a tenth a day for a week and a half.",
      because: "Weekends without any are no lower level to grow from.",
      past: onDays(workdays, (day) => ({ identity: "office", hour: 9, events: varied(100 * grown(day, 32, 0.1), day) })),
      window: [{ identity: "office", day: today, hour: 9, events: 260 }],
    },
    {
      says: "A job is at one and a half times its level for a week.",
      because: "Less than three times is no unusual volume; a week of it is growth.",
      past: onDays(everyDay, (day) => ({ events: varied(day < 35 ? 200 : 300, day) })),
      window: [{ day: today, events: 300 }],
    },
  ],
  staysQuiet: [
    {
      says: "A job varies by a tenth around its level.",
      because: "What lies above is made up for by what lies below.",
      past: onDays(everyDay, (day) => ({ events: varied(200, day) })),
      window: [{ day: today, events: 200 }],
    },
    {
      says: "A backfill makes fifty times the usual for one night.",
      because: "One day says three spreads at most: how much it was is for unusual-volume to say.",
      past: onDays(everyDay, (day) => ({ events: day === 38 ? 10_000 : varied(200, day) })),
      window: [{ day: today, events: 200 }],
    },
    {
      says: "A service does half as much at weekends.",
      because: "Working days and weekends have levels of their own.",
      past: onDays(everyDay, (day) => ({ events: varied(day % 7 < 5 ? 200 : 100, day) })),
      window: [{ day: today, events: 200 }],
    },
    {
      says: "A service that grew by a tenth a day for a week goes on in the second hour of the next day.",
      because: "It was told with the first hour: it speaks of days, not of hours.",
      past: [
        ...onDays(everyDay, (day) => ({ identity: "service", hour: 1, events: varied(200 * grown(day, 35, 0.1), day) })),
        { identity: "service", day: today, hour: 1, events: 400 },
      ],
      window: [{ identity: "service", day: today, hour: 2, events: 20 }],
    },
    {
      says: "A job of three calls a day makes six.",
      because: "So few are never told by their number.",
      past: onDays(everyDay, (day) => ({ events: day < 35 ? 3 : 6 })),
      window: [{ day: today, events: 6 }],
    },
  ],
};
