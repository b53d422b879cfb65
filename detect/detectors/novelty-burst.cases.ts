// Many new things within an hour, and identities for which that is a usual hour.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const survey = ["iam:ListUsers", "iam:ListRoles", "s3:ListBuckets", "ec2:DescribeInstances", "rds:DescribeDBInstances"];
const secret = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}`;
const fleet = ["orders", "carts", "prices", "stock", "search"];

export const noveltyBurstCases: DetectorCases = {
  raises: [
    {
      says: "A backup job lists users, roles, buckets, machines and databases within an hour.",
      because: "A survey: five actions that it has never made.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, actions: survey }],
    },
    {
      says: "A service of one secret reads four that it never read.",
      because: "One new secret is a new database; four are a search.",
      past: onDays(everyDay, () => ({ identity: "service", secrets: [secret("database")] })),
      window: [{ identity: "service", day: today, secrets: ["database", "payments", "root", "mail", "signing"].map(secret) }],
    },
    {
      says: "A service account in Kubernetes is refused seven things within an hour.",
      because: "Whoever has found a token tries what it may do.",
      past: onDays(everyDay, () => ({ identity: "pod", provider: "kubernetes", actions: ["core:get"], denied: ["core:watch"] })),
      window: [
        {
          identity: "pod",
          provider: "kubernetes",
          day: today,
          actions: ["core:get"],
          denied: ["core:list", "core:create", "core:delete", "rbac:list", "rbac:create", "apps:list", "apps:patch"],
        },
      ],
    },
  ],
  staysQuiet: [
    {
      says: "A backup job makes one new call.",
      because: "One is no burst: new-action is what tells of it.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, actions: ["s3:PutObject", "s3:ListBuckets"] }],
    },
    {
      says: "A pipeline that meets four new resources of five every day meets four more.",
      because: "Four of five are its own rate.",
      past: onDays(everyDay, (day) => ({
        identity: "pipeline",
        resources: ["a", "b", "c", "d", "kept"].map((name) => `${name}-${name === "kept" ? "" : day}`),
      })),
      window: [{ identity: "pipeline", day: today, resources: ["a-next", "b-next", "c-next", "d-next", "kept-"] }],
    },
    {
      says: "A release this morning: five services of one kind begin to make the same five calls.",
      because: "Many peers at once are a deployment.",
      past: fleet.flatMap((identity) => onDays(everyDay, () => ({ identity }))),
      window: [{ identity: "orders", day: today, actions: survey }, ...fleet.slice(1).map((identity) => ({ identity, day: today, actions: survey }))],
    },
  ],
};
