// Actions that an identity never makes, and actions that only look so.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const services = ["orders", "carts", "prices", "stock", "search"];
const worker = (identity: string) => ({
  identity,
  actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
  resources: [`arn:aws:sqs:eu-west-1:${identity}`],
});

export const newActionCases: DetectorCases = {
  raises: [
    {
      says: "A backup job that only writes objects lists the account's buckets.",
      because: "It has never looked for what it knows already.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, actions: ["s3:ListBuckets"] }],
    },
    {
      says: "A queue worker assumes a role, as deployments beside it do daily.",
      because: "That an action is common in the estate does not make it this identity's.",
      past: [
        ...onDays(everyDay, () => worker("orders")),
        ...onDays(everyDay, () => ({ identity: "deployment", actions: ["sts:AssumeRole", "cloudformation:UpdateStack"] })),
      ],
      window: [{ ...worker("orders"), day: today, actions: ["sqs:ReceiveMessage", "sts:AssumeRole"] }],
    },
    {
      says: "An application's service principal in Azure lists the keys of a storage account.",
      because: "It reads blobs with its own token and has had no need of keys.",
      past: onDays(everyDay, () => ({
        identity: "invoices",
        provider: "azure",
        actions: ["storage:blobs/read"],
        resources: ["/subscriptions/*/invoices"],
      })),
      window: [
        { identity: "invoices", provider: "azure", day: today, actions: ["storage:listKeys/action"], resources: ["/subscriptions/*/invoices"] },
      ],
    },
  ],
  staysQuiet: [
    {
      says: "A backup job makes the calls that it makes every night.",
      because: "Nothing is new.",
      past: onDays(everyDay, () => ({ actions: ["s3:PutObject", "s3:ListObjects"] })),
      window: [{ day: today, actions: ["s3:PutObject", "s3:ListObjects"] }],
    },
    {
      says: "An agent that tries another API almost every day tries one more.",
      because: "Its own rate of novelty is high.",
      past: onDays(everyDay, (day) => ({ identity: "explorer", actions: ["bedrock:InvokeModel", `glue:Get${day}`] })),
      window: [{ identity: "explorer", day: today, actions: ["bedrock:InvokeModel", "glue:GetOther"] }],
    },
    {
      says: "A release this morning: all workers of one kind begin to extend the visibility of messages.",
      because: "What many peers take up on one day is a deployment; an attacker has one of them.",
      past: services.flatMap((service) => onDays(everyDay, () => worker(service))),
      window: [
        { ...worker("orders"), day: today, actions: ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"] },
        ...services.slice(1).map((service) => ({ ...worker(service), day: today, actions: ["sqs:ChangeMessageVisibility"] })),
      ],
    },
    {
      says: "A job of the first of the week verifies what it wrote, as every Monday.",
      because: "Rare, and known: six Mondays stand for it.",
      past: onDays(everyDay, (day) => ({ actions: day % 7 === 0 ? ["s3:PutObject", "s3:HeadObject"] : ["s3:PutObject"] })),
      window: [{ day: today, actions: ["s3:PutObject", "s3:HeadObject"] }],
    },
  ],
};
