// Tools that an identity never used, and tools that it changes by habit.
import { type DetectorCases, everyDay, onDays, today, workdays } from "../detector-case.ts";

const fleet = ["orders", "carts", "prices", "stock", "search"];

export const newAgentCases: DetectorCases = {
  raises: [
    {
      says: "A backup job that uses an SDK comes with a command-line tool.",
      because: "A person types; the job does not.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, agent: "aws-cli/2" }],
    },
    {
      says: "A service account that a library uses comes with a browser.",
      because: "Machines open no consoles, even where people beside them do daily.",
      past: [
        ...onDays(everyDay, () => ({ identity: "reports", provider: "gcp", actions: ["bigquery:jobs.query"], agent: "gcloud-python/1" })),
        ...onDays(workdays, () => ({ identity: "analyst", provider: "gcp", actions: ["bigquery:jobs.query"], agent: "chrome" })),
      ],
      window: [{ identity: "reports", provider: "gcp", day: today, actions: ["bigquery:jobs.query"], agent: "chrome" }],
    },
    {
      says: "An operator in Kubernetes comes with kubectl.",
      because: "It is a compiled client; kubectl is what somebody runs in its pod, or with its token.",
      past: onDays(everyDay, () => ({ identity: "operator", provider: "kubernetes", actions: ["apps:list"], agent: "operator/0" })),
      window: [{ identity: "operator", provider: "kubernetes", day: today, actions: ["apps:list"], agent: "kubectl/1" }],
    },
  ],
  staysQuiet: [
    {
      says: "A backup job comes with the SDK that it always uses.",
      because: "Nothing is new.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today }],
    },
    {
      says: "A role that a whole team's tools share comes with one more of them.",
      because: "It has met a new tool on most days: its own rate is the measure.",
      past: onDays(everyDay, (day) => ({ identity: "shared", agent: `tool-${day}/1` })),
      window: [{ identity: "shared", day: today, agent: "another/1" }],
    },
    {
      says: "All workers come with the SDK's next major version on one morning.",
      because: "Many peers at once: a release of the image that they share.",
      past: fleet.flatMap((identity) => onDays(everyDay, () => ({ identity }))),
      window: [
        { identity: "orders", day: today, agent: "boto3/2" },
        ...fleet.slice(1).map((identity) => ({ identity, day: today, agent: "boto3/2" })),
      ],
    },
    {
      says: "A record without a user agent.",
      because: "What a log does not hold is not new.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, agent: "" }],
    },
  ],
};
