// Surveys that end in refusals, and refusals that are a machine's own.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const survey = ["iam:ListUsers", "secretsmanager:ListSecrets", "lambda:ListFunctions", "rds:DescribeDBInstances", "kms:ListKeys"];

export const denialBurstCases: DetectorCases = {
  raises: [
    {
      says: "A backup job is refused at five things within an hour.",
      because: "It was never refused at any.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, denied: survey }],
    },
    {
      says: "A machine that was refused one thing on each of two days is refused five.",
      because: "It tries out what it is good for.",
      past: onDays(everyDay, (day) => ({ denied: day === 10 || day === 20 ? ["s3:GetBucketAcl"] : [] })),
      window: [{ day: today, denied: survey }],
    },
    {
      says: "A pod's account is refused at the same six lists of its cluster, a second time.",
      because: "That they are not new to it makes them no part of its work.",
      past: onDays(everyDay, (day) => ({ identity: "pod", provider: "kubernetes", denied: day === 5 ? survey : [] })),
      window: [{ identity: "pod", provider: "kubernetes", day: today, denied: [...survey, "core:list secrets"] }],
    },
  ],
  staysQuiet: [
    {
      says: "A machine loses a right and is refused at two things.",
      because: "It goes on with its work; nobody looks around.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, denied: ["s3:PutObject", "s3:AbortMultipartUpload"] }],
    },
    {
      says: "A scanner of rights is refused at five things, as every day.",
      because: "To be refused is its work.",
      past: onDays(everyDay, () => ({ identity: "scanner", denied: survey })),
      window: [{ identity: "scanner", day: today, denied: survey }],
    },
    {
      says: "A machine makes five new calls that succeed.",
      because: "What is new is what others tell.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, actions: survey }],
    },
  ],
};
