// Logging changed by machines that have nothing to do with it, and by those that own it.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const fleet = ["orders", "carts", "prices", "stock", "search"].flatMap((identity) => onDays(everyDay, () => ({ identity })));
const landscape = { identity: "landscape", actions: ["cloudtrail:DescribeTrails", "cloudtrail:PutEventSelectors", "logs:DeleteLogGroup"] };

export const logTamperingCases: DetectorCases = {
  raises: [
    {
      says: "A backup job stops the trail.",
      because: "It has had nothing to do with logging for six weeks, and nobody else of the estate has.",
      past: [...onDays(everyDay, () => ({})), ...fleet],
      window: [{ day: today, admin: ["cloudtrail:StopLogging"] }],
    },
    {
      says: "A backup job deletes a log group, as the tool that owns logging does daily.",
      because: "One owner is no habit of the others.",
      past: [...onDays(everyDay, () => ({})), ...fleet, ...onDays(everyDay, () => landscape)],
      window: [{ day: today, actions: ["logs:DeleteLogGroup"] }],
    },
    {
      says: "A service account of Google Cloud deletes the sink that takes logs to the archive.",
      because: "It runs queries; sinks are not its business.",
      past: [...onDays(everyDay, () => ({ identity: "reports", provider: "gcp", actions: ["bigquery.googleapis.com:jobs.query"] })), ...fleet],
      window: [
        {
          identity: "reports",
          provider: "gcp",
          day: today,
          admin: ["logging.googleapis.com:google.logging.v2.ConfigServiceV2.DeleteSink"],
          actions: [],
        },
      ],
    },
    {
      says: "A pipeline that deploys to a cluster on EKS changes the cluster's own settings, which its audit log is one of.",
      because: "It deploys; the cluster is somebody else's.",
      past: [...onDays(everyDay, () => ({ identity: "deployer", actions: ["eks:DescribeCluster"] })), ...fleet],
      window: [{ identity: "deployer", day: today, admin: ["eks:UpdateClusterConfig"], actions: [] }],
    },
    {
      says: "A function in Azure is refused the deletion of diagnostic settings.",
      because: "That it failed makes the wish no less odd.",
      past: [...onDays(everyDay, () => ({ identity: "function", provider: "azure", actions: ["storage:blobs/read"] })), ...fleet],
      window: [
        {
          identity: "function",
          provider: "azure",
          day: today,
          denied: ["microsoft.insights:MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE"],
          actions: [],
        },
      ],
    },
  ],
  staysQuiet: [
    {
      says: "The tool that owns logging changes what the trail selects.",
      because: "As every day.",
      past: [...fleet, ...onDays(everyDay, () => landscape)],
      window: [{ ...landscape, day: today }],
    },
    {
      says: "A backup job makes a call that it never made, and that has nothing to do with logging.",
      because: "Not of the kind: new-action is what tells of it.",
      past: [...onDays(everyDay, () => ({})), ...fleet],
      window: [{ day: today, actions: ["s3:ListBuckets"] }],
    },
    {
      says: "An auditor's role looks at all trails for the first time.",
      because: "Who reads about logging changes none of it.",
      past: [...onDays(everyDay, () => ({ identity: "auditor", actions: ["iam:ListUsers"] })), ...fleet],
      window: [{ identity: "auditor", day: today, actions: ["cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus"] }],
    },
    {
      says: "A deployment that removes an application's log groups twice a week removes some.",
      because: "Seen on few days is not new.",
      past: [
        ...fleet,
        ...onDays(everyDay, (day) => ({
          identity: "deployment",
          actions: day % 7 === 0 || day % 7 === 3 ? ["cloudformation:DeleteStack", "logs:DeleteLogGroup"] : ["cloudformation:UpdateStack"],
        })),
      ],
      window: [{ identity: "deployment", day: today, actions: ["cloudformation:DeleteStack", "logs:DeleteLogGroup"] }],
    },
  ],
};
