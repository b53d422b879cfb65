// Returns after silences that are long for their identity, and pauses that it makes.
import { type DetectorCases, everyDay, onDays, today, workdays } from "../detector-case.ts";

const firstOfAll = everyDay.filter((day) => day < 21);
/** Others go on meanwhile, so that the days are seen to pass. */
const others = onDays(everyDay, () => ({ identity: "other" }));

export const returnAfterSilenceCases: DetectorCases = {
  raises: [
    {
      says: "A nightly job that stopped three weeks ago is back.",
      because: "It never missed a night before: a forgotten key that somebody has found?",
      past: [...onDays(firstOfAll, () => ({})), ...others],
      window: [{ day: today }],
    },
    {
      says: "A service that works around the clock is back after ten days.",
      because: "It was never away for longer than a few hours.",
      past: [...[0, 4, 8, 12, 16, 20].flatMap((hour) => onDays(everyDay.slice(0, 32), () => ({ identity: "service", hour }))), ...others],
      window: [{ identity: "service", day: today, hour: 1 }],
    },
    {
      says: "A tool of working days is back after four weeks.",
      because: "Its weekends are two days long.",
      past: [
        ...onDays(
          workdays.filter((day) => day < 14),
          () => ({ identity: "office", hour: 9 }),
        ),
        ...others,
      ],
      window: [{ identity: "office", day: today, hour: 9 }],
    },
  ],
  staysQuiet: [
    {
      says: "A nightly job is back after a day.",
      because: "Its gap.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today }],
    },
    {
      says: "A tool of working days is back on a Monday.",
      because: "A weekend, as six times before.",
      past: onDays(workdays, () => ({ identity: "office", hour: 9 })),
      window: [{ identity: "office", day: today, hour: 9 }],
    },
    {
      says: "A weekly job is back after a week.",
      because: "Periods are measured by the identity's own gaps, not by the calendar's days.",
      past: [
        ...onDays(
          everyDay.filter((day) => day % 7 === 0),
          () => ({ identity: "weekly" }),
        ),
        ...others,
      ],
      window: [{ identity: "weekly", day: today }],
    },
    {
      says: "A nightly job that skips every fifth night is back after such a night.",
      because: "A pause that it makes by habit.",
      past: onDays(
        everyDay.filter((day) => day % 5 !== 1),
        () => ({}),
      ),
      window: [{ day: today }],
    },
  ],
};
