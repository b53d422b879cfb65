// Credentials that are used from a second place, and identities whose credentials move by nature.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const elsewhere = "internet 198.51.100.0/24";

export const sessionElsewhereCases: DetectorCases = {
  raises: [
    {
      says: "The session of an instance, used from its address at two, is used from another network at three.",
      because: "Instances do not move within an hour; their credentials do, when somebody takes them along.",
      past: [...onDays(everyDay, () => ({})), { day: today - 1, hour: 23, credential: "ASIATODAY" }],
      window: [{ day: today, hour: 3, credential: "ASIATODAY", network: elsewhere, agent: "aws-cli/2" }],
    },
    {
      says: "Both uses of an instance's session come in one window.",
      because: "The two places are seen side by side, without a day between.",
      past: onDays(everyDay, () => ({})),
      window: [
        { day: today, credential: "ASIATODAY" },
        { day: today, credential: "ASIATODAY", network: elsewhere },
      ],
    },
    {
      says: "A pod's token, used within the cluster for six weeks, is used from outside.",
      because: "Tokens of service accounts belong to pods, and pods to the cluster.",
      past: onDays(everyDay, (day) => ({ identity: "pod", provider: "kubernetes", network: "private", credential: `token-${Math.floor(day / 14)}` })),
      window: [{ identity: "pod", provider: "kubernetes", day: today, credential: "token-2", network: elsewhere, agent: "kubectl/1" }],
    },
    {
      says: "A server's access key is used from a second network for the first time.",
      because: "It stayed for six weeks with one exit.",
      past: onDays(everyDay, () => ({ identity: "server", isStatic: true, credential: "AKIAIOSFODNN7EXAMPLE" })),
      window: [{ identity: "server", day: today, isStatic: true, credential: "AKIAIOSFODNN7EXAMPLE", network: elsewhere, agent: "aws-cli/2" }],
    },
  ],
  staysQuiet: [
    {
      says: "The session of an instance goes on from its address.",
      because: "It has stayed where it was.",
      past: [...onDays(everyDay, () => ({})), { day: today - 1, hour: 23, credential: "ASIATODAY" }],
      window: [{ day: today, credential: "ASIATODAY" }],
    },
    {
      says: "A function behind two exits, whose sessions show both every day, shows both.",
      because: "Its own share of sessions that move is the measure.",
      past: [
        ...onDays(everyDay, () => ({ identity: "function" })),
        ...onDays(everyDay, () => ({ identity: "function", hour: 3, network: elsewhere })),
      ],
      window: [
        { identity: "function", day: today },
        { identity: "function", day: today, network: elsewhere },
      ],
    },
    {
      says: "The cloud's own service calls with the session on the machine's behalf.",
      because: "A service of the provider is no place.",
      past: [...onDays(everyDay, () => ({})), { day: today - 1, hour: 23, credential: "ASIATODAY" }],
      window: [{ day: today, credential: "ASIATODAY", network: "provider-service" }],
    },
    {
      says: "A new session comes from a new network.",
      because: "This credential has not moved; that the identity has is what new-network tells.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, credential: "ASIATODAY", network: elsewhere }],
    },
  ],
};
