// Accounts in which an identity was never seen, and those in which it belongs.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const deployment = { identity: "deployment", actions: ["cloudformation:UpdateStack"], resources: ["arn:aws:cloudformation:eu-west-1:111122223333"] };

export const newAccountCases: DetectorCases = {
  raises: [
    {
      says: "A backup job that lives in one account calls in one that nobody has used.",
      because: "Six weeks in one account, and then another.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, account: "444455556666" }],
    },
    {
      says: "A backup job calls in an account in which a deployment works every day.",
      because: "That others are at home there says nothing of this one.",
      past: [...onDays(everyDay, () => ({})), ...onDays(everyDay, () => ({ ...deployment, account: "444455556666" }))],
      window: [{ day: today, account: "444455556666" }],
    },
    {
      says: "A controller of one Kubernetes cluster calls the API server of another.",
      because: "A service account belongs to its cluster; its token worked elsewhere.",
      past: onDays(everyDay, () => ({ identity: "controller", provider: "kubernetes", actions: ["apps:patch"], account: "production" })),
      window: [{ day: today, identity: "controller", provider: "kubernetes", actions: ["apps:patch"], account: "staging" }],
    },
  ],
  staysQuiet: [
    {
      says: "A backup job in the account in which it always is.",
      because: "Nothing is new.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today }],
    },
    {
      says: "An onboarding role that meets an account a day meets the next one.",
      because: "New accounts are what it does: its own rate of novelty is the measure.",
      past: onDays(everyDay, (day) => ({ identity: "onboarding", actions: ["organizations:CreateAccount"], account: String(100_000_000_000 + day) })),
      window: [{ day: today, identity: "onboarding", actions: ["organizations:CreateAccount"], account: "999999999999" }],
    },
    {
      says: "A deployment in an account to which it deploys twice a week.",
      because: "Seen on few days is not new.",
      past: [
        ...onDays(everyDay, () => deployment),
        ...onDays(
          everyDay.filter((day) => day % 7 === 1 || day % 7 === 4),
          () => ({ ...deployment, hour: 5, account: "444455556666" }),
        ),
      ],
      window: [{ ...deployment, day: today, account: "444455556666" }],
    },
  ],
};
