// Refusals of identities that ask for what they may have, and of those that are refused daily.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const scanner = (day: number) => ({ identity: "scanner", actions: ["ec2:DescribeInstances"], denied: [`service-${day}:List`] });
const retrying = { identity: "retrying", actions: ["sqs:ReceiveMessage"], denied: ["kms:Decrypt"] };

const fleet = ["orders", "carts", "prices", "stock", "search", "mail", "login", "media"];

export const newDeniedActionCases: DetectorCases = {
  raises: [
    {
      says: "A backup job that was never refused anything is refused the list of users, beside eight that are refused something new once in two weeks.",
      because: "Six weeks without one refusal are a habit too, though most refusals are of new things.",
      past: [
        ...onDays(everyDay, () => ({})),
        ...fleet.flatMap((identity, number) => onDays(everyDay, (day) => ({ identity, denied: day % 14 === number ? [`service-${day}:List`] : [] }))),
      ],
      window: [{ day: today, denied: ["iam:ListUsers"] }],
    },
    {
      says: "A worker that is refused the same decryption every day is refused something else.",
      because: "One known refusal makes another one no less odd.",
      past: onDays(everyDay, () => retrying),
      window: [{ ...retrying, day: today, denied: ["kms:Decrypt", "secretsmanager:ListSecrets"] }],
    },
    {
      says: "A worker is refused for the first time what a scanner beside it is refused often.",
      because: "The scanner's refusals are its own.",
      past: [...onDays(everyDay, () => retrying), ...onDays(everyDay, () => ({ ...scanner(0), denied: ["iam:ListUsers"] }))],
      window: [{ ...retrying, day: today, denied: ["iam:ListUsers"] }],
    },
  ],
  staysQuiet: [
    {
      says: "A worker is refused the decryption that it is refused every day.",
      because: "A mistake in a policy that nobody mends is no attack.",
      past: onDays(everyDay, () => retrying),
      window: [{ ...retrying, day: today }],
    },
    {
      says: "A scanner that asks for everything is refused one more thing.",
      because: "It meets a new refusal every day.",
      past: onDays(everyDay, scanner),
      window: [{ ...scanner(today), day: today }],
    },
    {
      says: "A backup job is refused nothing.",
      because: "Nothing is shown, so that nothing is said.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today }],
    },
  ],
};
