// Buckets, vaults and namespaces in which an identity never touched anything, and its own.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const ci = (day: number) => ({ identity: "ci", actions: ["s3:GetObject"], resources: ["arn:aws:s3:::artefacts/*", `arn:aws:s3:::project-${day}/*`] });

export const newResourceScopeCases: DetectorCases = {
  raises: [
    {
      says: "A backup job that reads another bucket.",
      because: "It has never left its own; that payroll reads that bucket daily changes nothing.",
      past: [
        ...onDays(everyDay, () => ({})),
        ...onDays(everyDay, () => ({ identity: "payroll", actions: ["s3:GetObject"], resources: ["arn:aws:s3:::payroll/*"] })),
      ],
      window: [{ day: today, actions: ["s3:GetObject"], resources: ["arn:aws:s3:::payroll/*"] }],
    },
    {
      says: "A backup job that writes to a bucket that nobody has used.",
      because: "The copy may go to somebody else's account.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, resources: ["arn:aws:s3:::drop/*"] }],
    },
    {
      says: "A controller of one namespace reads in that of the cluster's system.",
      because: "Its own namespace has been enough for six weeks.",
      past: onDays(everyDay, () => ({
        identity: "controller",
        provider: "kubernetes",
        actions: ["core:list"],
        resources: ["pods/web-*"],
        scope: "shop",
      })),
      window: [{ identity: "controller", provider: "kubernetes", day: today, actions: ["core:list"], resources: ["pods/*"], scope: "kube-system" }],
    },
  ],
  staysQuiet: [
    {
      says: "A backup job writes to its bucket.",
      because: "Nothing is new.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today }],
    },
    {
      says: "A CI role that meets a bucket a day meets the next.",
      because: "Its own rate of novelty is the measure, for ever.",
      past: onDays(everyDay, ci),
      window: [{ ...ci(today), day: today }],
    },
    {
      says: "A new object in a known bucket.",
      because: "The scope is the same.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, resources: ["arn:aws:s3:::backup/other/*"] }],
    },
  ],
};
