// Machines that did not come, and machines that were not due.
import { type DetectorCases, everyDay, onDays, today, workdays } from "../detector-case.ts";

/** Others go on, so that the days are seen to pass. */
const others = onDays(everyDay, () => ({ identity: "other", hour: 9 }));
const nextDay = { identity: "other", day: today, hour: 9 } as const;

export const missedRunCases: DetectorCases = {
  raises: [
    {
      says: "A nightly job is missing at the end of the day on which it should have run.",
      because: "It came on forty-one nights.",
      past: [
        ...onDays(
          everyDay.filter((day) => day < today - 1),
          () => ({}),
        ),
        ...others,
      ],
      window: [nextDay],
      missed: "backup",
    },
    {
      says: "A service that works around the clock is missing for a day.",
      because: "It was never away for longer than a few hours.",
      past: [
        ...[0, 4, 8, 12, 16, 20].flatMap((hour) =>
          onDays(
            everyDay.filter((day) => day < today - 1),
            () => ({ identity: "service", hour }),
          ),
        ),
        ...others,
      ],
      window: [nextDay],
      missed: "service",
    },
    {
      says: "Four of the five identities of an account are missing since one day.",
      because: "It is told once, of the account: its log is not delivered, or somebody has switched it off.",
      past: [
        ...["orders", "carts", "prices", "stock"].flatMap((identity) =>
          onDays(
            everyDay.filter((day) => day < today - 1),
            () => ({ identity }),
          ),
        ),
        ...others,
      ],
      window: [nextDay],
      missed: "carts",
    },
  ],
  staysQuiet: [
    {
      says: "The other three of that account have nothing of their own.",
      because: "One line about the source, not one for each.",
      past: [
        ...["orders", "carts", "prices", "stock"].flatMap((identity) =>
          onDays(
            everyDay.filter((day) => day < today - 1),
            () => ({ identity }),
          ),
        ),
        ...others,
      ],
      window: [nextDay],
      missed: "stock",
    },
    {
      says: "A monthly job is not seen for three weeks.",
      because: "It is not due.",
      past: [...onDays([-110, -80, -50, -20, 10, 21], () => ({ identity: "monthly" })), ...others],
      window: [nextDay],
      missed: "monthly",
    },
    {
      says: "A tool of working days is missing on a Sunday's end.",
      because: "It has weekends.",
      past: [...onDays(workdays, () => ({ identity: "office", hour: 10 })), ...others],
      window: [nextDay],
      missed: "office",
    },
    {
      says: "A nightly job that is missing for a week is not told again.",
      because: "It was told on the first day.",
      past: [
        ...onDays(
          everyDay.filter((day) => day < today - 7),
          () => ({}),
        ),
        ...others,
      ],
      window: [nextDay],
      missed: "backup",
    },
  ],
};
