// Credentials and rights made for identities for which this one never made any, and for the usual ones.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const pipeline = { identity: "pipeline", actions: ["sts:AssumeRole"], targets: ["role/deploy-staging"] };

export const newTargetCases: DetectorCases = {
  raises: [
    {
      says: "A pipeline that assumes one role assumes the one of production.",
      because: "One target for six weeks, and then another.",
      past: onDays(everyDay, () => pipeline),
      window: [{ ...pipeline, day: today, targets: ["role/deploy-production"] }],
    },
    {
      says: "A pipeline assumes a role that another pipeline assumes daily.",
      because: "The other one's edge is not its own.",
      past: [
        ...onDays(everyDay, () => pipeline),
        ...onDays(everyDay, () => ({ ...pipeline, identity: "release", targets: ["role/deploy-production"] })),
      ],
      window: [{ ...pipeline, day: today, targets: ["role/deploy-production"] }],
    },
    {
      says: "A scheduler that makes tokens of one service account makes one of another.",
      because: "A chain of impersonation begins with a new edge.",
      past: onDays(everyDay, () => ({
        identity: "scheduler",
        provider: "gcp",
        actions: ["iamcredentials:GenerateAccessToken"],
        targets: ["warehouse"],
      })),
      window: [{ identity: "scheduler", provider: "gcp", day: today, actions: ["iamcredentials:GenerateAccessToken"], targets: ["owner"] }],
    },
  ],
  staysQuiet: [
    {
      says: "A pipeline assumes its role.",
      because: "Nothing is new.",
      past: onDays(everyDay, () => pipeline),
      window: [{ ...pipeline, day: today }],
    },
    {
      says: "An account factory that assumes a new account's role every day assumes the next.",
      because: "Its own rate of novelty is the measure.",
      past: onDays(everyDay, (day) => ({ identity: "factory", actions: ["sts:AssumeRole"], targets: [`role/account-${day}`] })),
      window: [{ identity: "factory", day: today, actions: ["sts:AssumeRole"], targets: ["role/account-next"] }],
    },
    {
      says: "A pipeline that hands out nothing.",
      because: "Nothing is shown, so that nothing is said.",
      past: onDays(everyDay, () => pipeline),
      window: [{ ...pipeline, day: today, targets: [] }],
    },
  ],
};
