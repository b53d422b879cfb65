// More calls than an identity makes at that time, and amounts that only look large.
import { type DetectorCases, everyDay, onDays, today, workdays } from "../detector-case.ts";

const hours = Array.from({ length: 24 }, (_, hour) => hour);

export const unusualVolumeCases: DetectorCases = {
  raises: [
    {
      says: "A backup job of a hundred calls a night makes five thousand.",
      because: "Fifty times its usual night.",
      past: onDays(everyDay, (day) => ({ events: 90 + ((day * 7) % 20) })),
      window: [{ day: today, events: 5000 }],
    },
    {
      says: "A service is refused forty different calls in an hour, within its usual number of calls.",
      because: "Refusals are counted apart: it never had any.",
      past: onDays(everyDay, () => ({ events: 200 })),
      window: [{ day: today, events: 200, denied: Array.from({ length: 40 }, (_, number) => `iam:Get${number}`) }],
    },
    {
      says: "A service of two calls an hour makes ten an hour for a day.",
      because: "No hour of it is told, since ten calls are few; the day's 240 are.",
      past: [
        ...hours.flatMap((hour) => onDays(everyDay, () => ({ identity: "service", hour, events: 2 }))),
        ...hours.slice(0, 23).map((hour) => ({ identity: "service", day: today, hour, events: 10 })),
      ],
      window: [{ identity: "service", day: today, hour: 23, events: 10 }],
    },
  ],
  staysQuiet: [
    {
      says: "A job of the night makes sixty calls at noon.",
      because: "No more than in the hours in which it works: that it never works at noon is for odd-hour to say.",
      past: onDays(everyDay, (day) => ({ events: 90 + ((day * 7) % 20) })),
      window: [{ day: today, hour: 12, events: 60 }],
    },
    {
      says: "A backup job makes its usual number of calls.",
      because: "Within what it varies by.",
      past: onDays(everyDay, (day) => ({ events: 90 + ((day * 7) % 20) })),
      window: [{ day: today, events: 112 }],
    },
    {
      says: "A backup job makes twice its usual number.",
      because: "Less than three times the usual is never told: the month has its end, and backlogs happen.",
      past: onDays(everyDay, (day) => ({ events: 90 + ((day * 7) % 20) })),
      window: [{ day: today, events: 200 }],
    },
    {
      says: "A batch that makes twenty calls or three hundred, as it comes, makes three hundred.",
      because: "Large days are part of what it does: its amounts vary by so much.",
      past: onDays(everyDay, (day) => ({ identity: "batch", events: day % 2 === 0 ? 300 : 20 })),
      window: [{ identity: "batch", day: today, events: 300 }],
    },
    {
      says: "A tool of working days makes its usual number on a Monday, after a weekend of none.",
      because: "Working days and weekends are counted apart.",
      past: onDays(workdays, (day) => ({ identity: "office", hour: 9, events: 140 + (day % 5) })),
      window: [{ identity: "office", day: today, hour: 9, events: 150 }],
    },
    {
      says: "A job of two calls makes fifteen.",
      because: "Fewer than twenty calls are never told by their number.",
      past: onDays(everyDay, () => ({ events: 2 })),
      window: [{ day: today, events: 15 }],
    },
  ],
};
