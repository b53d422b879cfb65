// Rights and keys given by machines that give none, and by those whose work it is.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const fleet = ["orders", "carts", "prices", "stock", "search"].flatMap((identity) => onDays(everyDay, () => ({ identity })));
const platform = { identity: "platform", actions: ["ec2:RunInstances"], admin: ["iam:AttachRolePolicy"] };

export const privilegeGrantCases: DetectorCases = {
  raises: [
    {
      says: "A backup job gives itself a policy, as a platform role gives policies daily.",
      because: "It never gave any, and it gives this one to itself.",
      past: [...onDays(everyDay, () => ({})), ...fleet, ...onDays(everyDay, () => platform)],
      window: [{ day: today, admin: ["iam:PutRolePolicy"], targets: ["backup"] }],
    },
    {
      says: "A worker makes an access key for somebody.",
      because: "A key outlives the session that made it.",
      past: fleet,
      window: [{ identity: "orders", day: today, admin: ["iam:CreateAccessKey"], targets: ["user/old"] }],
    },
    {
      says: "A controller in Kubernetes binds a cluster role.",
      because: "Its work is pods; rights in the cluster were never a part of it.",
      past: [...onDays(everyDay, () => ({ identity: "controller", provider: "kubernetes", actions: ["apps:patch deployments"] })), ...fleet],
      window: [
        {
          identity: "controller",
          provider: "kubernetes",
          day: today,
          actions: ["apps:patch deployments"],
          admin: ["rbac.authorization.k8s.io:create clusterrolebindings"],
        },
      ],
    },
    {
      says: "An application adds a secret to another application in Entra.",
      because: "Whoever may add a secret to an application is the application from then on.",
      past: [...onDays(everyDay, () => ({ identity: "invoices", provider: "azure", actions: ["storage:blobs/read"] })), ...fleet],
      window: [{ identity: "invoices", provider: "azure", day: today, actions: [], admin: ["microsoft.aadiam:Add service principal credentials"] }],
    },
  ],
  staysQuiet: [
    {
      says: "A platform role attaches a policy.",
      because: "As every day.",
      past: [...fleet, ...onDays(everyDay, () => platform)],
      window: [{ ...platform, day: today }],
    },
    {
      says: "A platform role that attaches policies daily puts one into a role, which it never did.",
      because: "Another call of the same kind: that the call is new is what new-admin-action tells.",
      past: [...fleet, ...onDays(everyDay, () => platform)],
      window: [{ ...platform, day: today, admin: ["iam:PutRolePolicy"] }],
    },
    {
      says: "A worker reads its own rights for the first time.",
      because: "Who reads rights gives none.",
      past: fleet,
      window: [{ identity: "orders", day: today, actions: ["iam:GetRolePolicy", "iam:ListAttachedRolePolicies"] }],
    },
    {
      says: "A rotation job makes a key, as twice a week.",
      because: "Seen on few days is not new.",
      past: [
        ...fleet,
        ...onDays(everyDay, (day) => ({
          identity: "rotation",
          actions: ["iam:ListAccessKeys"],
          admin: day % 7 === 0 || day % 7 === 3 ? ["iam:CreateAccessKey"] : [],
        })),
      ],
      window: [{ identity: "rotation", day: today, actions: ["iam:ListAccessKeys"], admin: ["iam:CreateAccessKey"] }],
    },
  ],
};
