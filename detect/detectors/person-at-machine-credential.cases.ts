// People at machines' credentials, and machines that look like them.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const byHand = [12, 40, 47, 130, 155, 290, 322, 340];
const evenly = [10, 40, 70, 100, 130, 160, 190, 220];
const fleet = ["orders", "carts", "prices", "stock", "search"].flatMap((identity) => onDays(everyDay, () => ({ identity })));

export const personAtMachineCredentialCases: DetectorCases = {
  raises: [
    {
      says: "A backup job's credential is typed with: eight calls of a command line, with pauses of seconds to minutes.",
      because: "A job does not read what it got before it asks on.",
      past: [...fleet, ...onDays(everyDay, () => ({}))],
      window: [{ day: today, agent: "aws-cli/2", typed: byHand }],
    },
    {
      says: "It is presented by an agent of somebody's desk.",
      because: "The agent says where it runs.",
      past: [...fleet, ...onDays(everyDay, () => ({}))],
      window: [{ day: today, agent: "aws-cli/2", isDesk: true }],
    },
    {
      says: "A service account that calls a command line in a loop each night is typed with by day.",
      because: "A loop is even, and a person is not.",
      past: [...fleet, ...onDays(everyDay, () => ({ identity: "job", provider: "gcp", agent: "gcloud/540", typed: evenly }))],
      window: [{ identity: "job", provider: "gcp", day: today, hour: 14, agent: "gcloud/540", typed: byHand, isDesk: true }],
    },
  ],
  staysQuiet: [
    {
      says: "A job calls a command line in a loop.",
      because: "Pauses of one length are nobody's.",
      past: [...fleet, ...onDays(everyDay, () => ({}))],
      window: [{ day: today, agent: "aws-cli/2", typed: evenly }],
    },
    {
      says: "A script makes eight calls of a command line within four seconds.",
      because: "Nobody types so fast.",
      past: [...fleet, ...onDays(everyDay, () => ({}))],
      window: [{ day: today, agent: "aws-cli/2", typed: [1, 2, 3, 4] }],
    },
    {
      says: "An emergency account that people take on most days is taken again.",
      because: "It is theirs, and its own days show it.",
      past: [
        ...fleet,
        ...onDays(everyDay, (day) => (day % 3 > 0 ? { identity: "emergency", typed: byHand, isDesk: true } : { identity: "emergency" })),
      ],
      window: [{ identity: "emergency", day: today, typed: byHand, isDesk: true }],
    },
    {
      says: "A person works with an account of his own at a desk.",
      because: "Where a person should be, one is.",
      past: [...fleet, ...onDays(everyDay, () => ({ identity: "ada", principalType: "user", workloadType: "human" }))],
      window: [{ identity: "ada", principalType: "user", workloadType: "human", day: today, typed: byHand, isDesk: true }],
    },
  ],
};
