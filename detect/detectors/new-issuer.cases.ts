// Sessions from hands that never gave one to this identity, and from the usual ones.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const deployed = { identity: "deployed", actions: ["cloudformation:UpdateStack"], issuers: ["pipeline"] };

export const newIssuerCases: DetectorCases = {
  raises: [
    {
      says: "A deployment's role that one pipeline assumes is assumed by a user.",
      because: "Six weeks of one issuer, and then another.",
      past: onDays(everyDay, () => deployed),
      window: [{ ...deployed, day: today, issuers: ["user/deploy"] }],
    },
    {
      says: "A deployment's role is assumed by a machine that opens sessions of other roles daily.",
      because: "A busy issuer is new to this role all the same.",
      past: [
        ...onDays(everyDay, () => deployed),
        ...onDays(everyDay, () => ({ identity: "tested", actions: ["codebuild:StartBuild"], issuers: ["test-runner"] })),
      ],
      window: [{ ...deployed, day: today, issuers: ["test-runner"] }],
    },
    {
      says: "A service account that one workload impersonates is impersonated by another.",
      because: "Somebody else has got the right to make its tokens, or uses it for the first time.",
      past: onDays(everyDay, () => ({ identity: "warehouse", provider: "gcp", actions: ["bigquery:jobs.insert"], issuers: ["scheduler"] })),
      window: [{ identity: "warehouse", provider: "gcp", day: today, actions: ["bigquery:jobs.insert"], issuers: ["notebook"] }],
    },
  ],
  staysQuiet: [
    {
      says: "A deployment's role is assumed by its pipeline.",
      because: "As every day.",
      past: onDays(everyDay, () => deployed),
      window: [{ ...deployed, day: today }],
    },
    {
      says: "A reading role that a repository more assumes each day is assumed by the next one.",
      because: "Its own rate of novelty is high.",
      past: onDays(everyDay, (day) => ({ identity: "reader", actions: ["ecr:GetAuthorizationToken"], issuers: [`repository-${day}`] })),
      window: [{ identity: "reader", day: today, actions: ["ecr:GetAuthorizationToken"], issuers: ["repository-next"] }],
    },
    {
      says: "Calls of a session whose opening no record states.",
      because: "What a log does not hold is not new.",
      past: onDays(everyDay, () => deployed),
      window: [{ ...deployed, day: today, issuers: [] }],
    },
  ],
};
