// Keys beyond their policy, and keys within it.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const key = { credential: "AKIAIOSFODNN7EXAMPLE", isStatic: true } as const;

export const staleKeyCases: DetectorCases = {
  raises: [
    {
      says: "A key is used whose record says that it was issued a hundred days before.",
      because: "The policy is ninety.",
      past: onDays(everyDay, () => key),
      window: [{ ...key, day: today, issuedDay: today - 100 }],
    },
    {
      says: "A key that was seen in use ninety-five days ago is used.",
      because: "It is at least as old as its first use.",
      past: [{ ...key, day: today - 95 }],
      window: [{ ...key, day: today }],
    },
    {
      says: "A key is used whose issue was seen more than ninety days ago, for the first time.",
      because: "Its age counts from its issue, not from its use.",
      past: [
        { identity: "platform", day: today - 92, handedOut: [["AKIAIOSFODNN7EXAMPLE", "backup", "access-key"]] },
        ...onDays(everyDay, () => ({})),
      ],
      window: [{ ...key, day: today }],
    },
  ],
  staysQuiet: [
    {
      says: "A key is used that was first seen six weeks ago.",
      because: "It may be older; nothing says so.",
      past: onDays(everyDay, () => key),
      window: [{ ...key, day: today }],
    },
    {
      says: "A key is used that was issued eighty days ago.",
      because: "It is within the policy.",
      past: onDays(everyDay, () => key),
      window: [{ ...key, day: today, issuedDay: today - 80 }],
    },
    {
      says: "An identity of a hundred days opens a session.",
      because: "Sessions end by themselves.",
      past: [{ day: today - 100 }, ...onDays(everyDay, () => ({}))],
      window: [{ day: today }],
    },
  ],
};
