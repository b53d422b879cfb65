// Networks from which an identity never came, and networks that change by themselves.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const web = (day: number, hour: number) => ({
  identity: "web",
  hour,
  actions: ["dynamodb:GetItem"],
  network: `internet 198.18.${day * 3 + hour}.0/24`,
});

export const newNetworkCases: DetectorCases = {
  raises: [
    {
      says: "A key that a server on premises uses comes from another network.",
      because: "Six weeks of one exit, and then another.",
      past: onDays(everyDay, () => ({ isStatic: true, credential: "AKIAIOSFODNN7EXAMPLE" })),
      window: [{ day: today, isStatic: true, credential: "AKIAIOSFODNN7EXAMPLE", network: "internet 198.51.100.0/24" }],
    },
    {
      says: "A backup job comes from the network of the office, from which people beside it work.",
      because: "That others come from there says nothing of this one; it may be somebody at its credential.",
      past: [...onDays(everyDay, () => ({})), ...onDays(everyDay, () => ({ identity: "engineer", network: "internet 192.0.2.0/24" }))],
      window: [{ day: today, network: "internet 192.0.2.0/24" }],
    },
    {
      says: "A pod's service account, always from private addresses, comes from the internet.",
      because: "The token has left the cluster.",
      past: onDays(everyDay, () => ({ identity: "pod", provider: "kubernetes", actions: ["core:list"], network: "private" })),
      window: [{ identity: "pod", provider: "kubernetes", day: today, actions: ["core:list"], network: "internet 198.51.100.0/24" }],
    },
  ],
  staysQuiet: [
    {
      says: "A backup job comes from where it always is.",
      because: "Nothing is new.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today }],
    },
    {
      says: "An autoscaled web role comes from a range that it did not have before.",
      because: "New ranges are its daily life: its own rate of novelty is the measure.",
      past: [1, 2, 3].flatMap((hour) => onDays(everyDay, (day) => web(day, hour))),
      window: [{ ...web(today, 1), day: today }],
    },
    {
      says: "A managed identity's sign-in, whose record holds no address.",
      because: "Unknown is not new.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, network: "unknown" }],
    },
    {
      says: "A vendor comes from its second site, as twice a week.",
      because: "Seen on few days is not new.",
      past: onDays(everyDay, (day) => ({ identity: "vendor", network: `internet ${day % 7 === 0 || day % 7 === 3 ? "192.0.2" : "203.0.113"}.0/24` })),
      window: [{ identity: "vendor", day: today, network: "internet 192.0.2.0/24" }],
    },
  ],
};
