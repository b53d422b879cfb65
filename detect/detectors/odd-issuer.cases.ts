// Takeovers that go on from one identity to the next, and sessions from somebody of whom nothing was told.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";
import { workloadElsewhere } from "./workload-elsewhere.ts";

const elsewhere = "internet 198.51.100.0/24";
const handedOut = (credential: string, target: string): [string, string, string][] => [[credential, target, "sts-session"]];
/** Days on which web opens a session for deploy, and deploy works with it. */
const daily = everyDay.flatMap((day) => [
  { identity: "web", day, hour: 1, holder: "i-0317f6c6b66ae9c40", handedOut: handedOut(`ASIAdeploy${day}`, "deploy") },
  { identity: "deploy", day, hour: 2 },
]);
/** The session of web's instance at somebody's desk: certain, and raised. */
const stolen = { identity: "web", day: today, hour: 1, holder: "i-0317f6c6b66ae9c40", network: elsewhere, isDesk: true, agent: "aws-cli/2" };

export const oddIssuerCases: DetectorCases = {
  raises: [
    {
      says: "A role is taken with the stolen session of an instance, an hour after that one was raised.",
      because: "Where the issuer is a thief's, so is the session.",
      beside: [workloadElsewhere],
      past: [...daily, { ...stolen, handedOut: handedOut("ASIANEXT", "deploy") }],
      window: [{ identity: "deploy", day: today, hour: 2, credential: "ASIANEXT", actions: ["iam:ListUsers"] }],
    },
    {
      says: "The role is taken so, and does its own work from the thief's network.",
      because: "What is new may be the place alone.",
      beside: [workloadElsewhere],
      past: [...daily, { ...stolen, handedOut: handedOut("ASIANEXT", "deploy") }],
      window: [{ identity: "deploy", day: today, hour: 3, credential: "ASIANEXT", network: elsewhere }],
    },
    {
      says: "A session whose record itself states the odd issuer.",
      because: "Stated is as good as joined.",
      beside: [workloadElsewhere],
      past: [...daily, stolen],
      window: [{ identity: "deploy", provider: "gcp", day: today, hour: 3, issuers: ["web"], agent: "gcloud/540" }],
    },
  ],
  staysQuiet: [
    {
      says: "A role goes on with its work in a session from the stolen one's role.",
      because: "It does what it did on every day: its issuer is what has to be looked at.",
      beside: [workloadElsewhere],
      past: [...daily, { ...stolen, handedOut: handedOut("ASIANEXT", "deploy") }],
      window: [{ identity: "deploy", day: today, hour: 2, credential: "ASIANEXT" }],
    },
    {
      says: "A role is taken by whom it is always taken by.",
      because: "Nothing was told of the issuer.",
      beside: [workloadElsewhere],
      past: [...daily, { identity: "web", day: today, hour: 1, handedOut: handedOut("ASIANEXT", "deploy") }],
      window: [{ identity: "deploy", day: today, hour: 2, credential: "ASIANEXT", actions: ["iam:ListUsers"] }],
    },
    {
      says: "The issuer was raised three days ago.",
      because: "What is of another day is looked at by then.",
      beside: [workloadElsewhere],
      past: [
        ...daily.filter(({ day }) => day < today - 3),
        { ...stolen, day: today - 3 },
        ...onDays([today - 2, today - 1], () => ({ identity: "web", hour: 1 })),
        { identity: "web", day: today, hour: 1, handedOut: handedOut("ASIANEXT", "deploy") },
      ],
      window: [{ identity: "deploy", day: today, hour: 2, credential: "ASIANEXT", actions: ["iam:ListUsers"] }],
    },
    {
      says: "Somebody was raised who handed this role nothing.",
      because: "Only what is handed on is followed.",
      beside: [workloadElsewhere],
      past: [...daily, { ...stolen, handedOut: handedOut("ASIANEXT", "vault") }],
      window: [{ identity: "deploy", day: today, hour: 2, actions: ["iam:ListUsers"] }],
    },
  ],
};
