// One credential in two places, and what only looks so.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const elsewhere = "internet 198.51.100.0/24";
const key = { credential: "AKIAIOSFODNN7EXAMPLE", isStatic: true } as const;

export const credentialSharedCases: DetectorCases = {
  raises: [
    {
      says: "A key that a server uses is used from another network within the same minutes, with another agent.",
      because: "One machine is in one place.",
      past: onDays(everyDay, () => key),
      window: [
        { ...key, day: today, slots: [3, 4] },
        { ...key, day: today, slots: [4, 9], network: elsewhere, agent: "aws-cli/2" },
      ],
    },
    {
      says: "A key works here, there and here again within an hour, with one agent.",
      because: "Who moves does not move back and forth.",
      past: onDays(everyDay, () => key),
      window: [
        { ...key, day: today, slots: [1, 20] },
        { ...key, day: today, slots: [10], network: elsewhere },
      ],
    },
    {
      says: "The session of a fleet's one instance is at work in two networks.",
      because: "Sessions are handed to one workload each, however many of them there are.",
      past: onDays(everyDay, () => ({})),
      window: [
        { day: today, credential: "ASIATODAY", slots: [5, 6, 7] },
        { day: today, credential: "ASIATODAY", slots: [6], network: elsewhere },
      ],
    },
  ],
  staysQuiet: [
    {
      says: "A fleet works in two networks at once, each machine with a session of its own.",
      because: "Two credentials, two places.",
      past: onDays(everyDay, () => ({})),
      window: [
        { day: today, credential: "ASIAONE", slots: [5] },
        { day: today, credential: "ASIATWO", slots: [5], network: elsewhere },
      ],
    },
    {
      says: "A laptop leaves one network and goes on in another.",
      because: "It moves once.",
      past: onDays(everyDay, () => key),
      window: [
        { ...key, day: today, slots: [1, 2] },
        { ...key, day: today, slots: [20, 21], network: elsewhere },
      ],
    },
    {
      says: "A server with two exits shows both, as every day.",
      because: "Its own days are the measure.",
      past: [...onDays(everyDay, () => ({ ...key, slots: [3] })), ...onDays(everyDay, () => ({ ...key, slots: [3], network: elsewhere }))],
      window: [
        { ...key, day: today, slots: [3] },
        { ...key, day: today, slots: [3], network: elsewhere },
      ],
    },
    {
      says: "The cloud's own service calls with the session while the machine does.",
      because: "A service of the provider is no place.",
      past: onDays(everyDay, () => ({})),
      window: [
        { day: today, credential: "ASIATODAY", slots: [3] },
        { day: today, credential: "ASIATODAY", slots: [3], network: "provider-service" },
      ],
    },
  ],
};
