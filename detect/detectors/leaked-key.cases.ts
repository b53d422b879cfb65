// Keys in new hands, in four clouds, and keys that their owners moved.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const elsewhere = "internet 198.51.100.0/24";
const key = { credential: "AKIAIOSFODNN7EXAMPLE", isStatic: true } as const;
const google = {
  identity: "uploader",
  provider: "gcp",
  credential: "0bbcea5e",
  isStatic: true,
  actions: ["storage.googleapis.com:storage.objects.create"],
};
const legacyToken = { identity: "deployer", provider: "kubernetes", credential: "cluster-a/core/secrets/ci/deployer-token", isStatic: true };

export const leakedKeyCases: DetectorCases = {
  raises: [
    {
      says: "A server's access key is used from a network that it never had, and asks who it is.",
      because: "Whoever finds a key begins with that.",
      past: onDays(everyDay, () => key),
      window: [{ ...key, day: today, network: elsewhere, actions: ["sts:GetCallerIdentity", "s3:ListBuckets"] }],
    },
    {
      says: "A Google Cloud key lists what there is in three services, from elsewhere.",
      because: "A survey, by one who only ever wrote objects.",
      past: onDays(everyDay, () => google),
      window: [
        {
          ...google,
          day: today,
          network: elsewhere,
          actions: [
            "storage.googleapis.com:storage.buckets.list",
            "compute.googleapis.com:v1.compute.instances.list",
            "iam.googleapis.com:google.iam.admin.v1.ListServiceAccounts",
          ],
        },
      ],
    },
    {
      says: "A service account's legacy token asks from elsewhere what it may do.",
      because: "SelfSubjectAccessReview is how kubectl asks who it is.",
      past: onDays(everyDay, () => ({ ...legacyToken, network: "private", actions: ["apps:patch deployments"] })),
      window: [{ ...legacyToken, day: today, network: elsewhere, actions: ["authorization.k8s.io:create selfsubjectrulesreviews"] }],
    },
    {
      says: "The secret of an application in Entra reads its own assignments from elsewhere.",
      because: "The same question in Azure's words.",
      past: onDays(everyDay, () => ({
        identity: "invoices",
        provider: "azure",
        credential: "5f1c",
        isStatic: true,
        actions: ["microsoft.storage:microsoft.storage/storageaccounts/listkeys/action"],
      })),
      window: [
        {
          identity: "invoices",
          provider: "azure",
          credential: "5f1c",
          isStatic: true,
          day: today,
          network: elsewhere,
          actions: ["microsoft.authorization:microsoft.authorization/roleassignments/read"],
        },
      ],
    },
  ],
  staysQuiet: [
    {
      says: "The server is moved to another network and does there what it always did.",
      because: "That the network is new is what new-network tells.",
      past: onDays(everyDay, () => key),
      window: [{ ...key, day: today, network: elsewhere }],
    },
    {
      says: "A tool asks who it is at each start, from its own network.",
      because: "Many tools begin so.",
      past: onDays(everyDay, () => ({ ...key, actions: ["sts:GetCallerIdentity", "s3:PutObject"] })),
      window: [{ ...key, day: today, actions: ["sts:GetCallerIdentity", "s3:PutObject"] }],
    },
    {
      says: "That tool is moved to another network.",
      because: "It asked so before.",
      past: onDays(everyDay, () => ({ ...key, actions: ["sts:GetCallerIdentity", "s3:PutObject"] })),
      window: [{ ...key, day: today, network: elsewhere, actions: ["sts:GetCallerIdentity", "s3:PutObject"] }],
    },
    {
      says: "A session asks from elsewhere who it is.",
      because: "It is no long-lived key; workload-elsewhere and session-elsewhere look at sessions.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, network: elsewhere, actions: ["sts:GetCallerIdentity"] }],
    },
  ],
};
