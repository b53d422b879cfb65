// Changes of rights, keys and logging by identities that make none, and by those whose work it is.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const platform = (day: number) => ({
  identity: "platform",
  actions: ["ec2:RunInstances"],
  admin: ["iam:AttachRolePolicy", ...(day % 2 === 0 ? ["iam:CreateRole"] : [])],
});

export const newAdminActionCases: DetectorCases = {
  raises: [
    {
      says: "A backup job creates an access key; a platform role beside it administers daily.",
      because: "It has never changed rights or keys in six weeks.",
      past: [...onDays(everyDay, () => ({})), ...onDays(everyDay, platform)],
      window: [{ day: today, admin: ["iam:CreateAccessKey"] }],
    },
    {
      says: "A platform role that attaches policies every day stops the trail.",
      because: "An administrator's habits are habits too.",
      past: onDays(everyDay, platform),
      window: [{ identity: "platform", day: today, actions: ["ec2:RunInstances"], admin: ["cloudtrail:StopLogging"] }],
    },
    {
      says: "A certificate controller in Kubernetes binds a role to somebody.",
      because: "It approves certificates daily and grants nothing.",
      past: onDays(everyDay, () => ({ identity: "certificates", provider: "kubernetes", actions: ["core:get"], admin: ["certificates:approve"] })),
      window: [{ identity: "certificates", provider: "kubernetes", day: today, actions: ["core:get"], admin: ["rbac:create-clusterrolebindings"] }],
    },
  ],
  staysQuiet: [
    {
      says: "A platform role attaches a policy, as it does daily.",
      because: "Its work.",
      past: onDays(everyDay, platform),
      window: [{ ...platform(1), day: today }],
    },
    {
      says: "A backup job that administers nothing goes on administering nothing.",
      because: "Nothing is shown, so that nothing is said.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today }],
    },
    {
      says: "A rotation job that rotates keys twice a week rotates them.",
      because: "Seen on few days is not new.",
      past: onDays(everyDay, (day) => ({
        identity: "rotation",
        actions: ["iam:ListAccessKeys"],
        admin: day % 7 === 0 || day % 7 === 3 ? ["iam:CreateAccessKey"] : [],
      })),
      window: [{ identity: "rotation", day: today, actions: ["iam:ListAccessKeys"], admin: ["iam:CreateAccessKey"] }],
    },
  ],
};
