// Credentials from new hands, and from those that always hand them out.
import { type DetectorCases, everyDay, today } from "../detector-case.ts";

/** The issuer opens a session for the deploy role, which the role then works with. */
const session = (issuer: string, day: number) => [
  { identity: issuer, day, hour: 1, handedOut: [[`ASIA${issuer}${day}`, "deploy", "sts-session"] satisfies [string, string, string]] },
  { identity: "deploy", day, hour: 2, credential: `ASIA${issuer}${day}` },
];
const fromPipeline = everyDay.flatMap((day) => session("pipeline", day));

export const newHandoverCases: DetectorCases = {
  raises: [
    {
      says: "A role that a pipeline takes every day is taken by a web server.",
      because: "Nobody but the pipeline ever handed it a session.",
      past: [...fromPipeline, ...session("web", today).slice(0, 1)],
      window: [{ identity: "deploy", day: today, credential: `ASIAweb${today}` }],
    },
    {
      says: "A user that has his keys from the platform team works with one that a worker made.",
      because: "Another hand makes keys.",
      past: [...fromPipeline, { identity: "worker", day: today, hour: 0, handedOut: [["AKIANEW", "deploy", "access-key"]] }],
      window: [{ identity: "deploy", day: today, credential: "AKIANEW", isStatic: true }],
    },
    {
      says: "A service account whose tokens its nodes ask for works with one that another account asked for.",
      because: "TokenRequest gives a token to whoever may ask for it.",
      past: [
        ...everyDay.flatMap((day) => session(`cluster-a/system:node:node-${day % 5}`, day)),
        { identity: "cluster-a/system:serviceaccount:ci:runner", day: today, hour: 0, handedOut: [["jti-1", "deploy", "service-account-token"]] },
      ],
      window: [{ identity: "deploy", provider: "kubernetes", day: today, credential: "jti-1" }],
    },
  ],
  staysQuiet: [
    {
      says: "The pipeline takes the role, as every day.",
      because: "Its hand is known.",
      past: [...fromPipeline, ...session("pipeline", today).slice(0, 1)],
      window: [{ identity: "deploy", day: today, credential: `ASIApipeline${today}` }],
    },
    {
      says: "A role works with a session whose issue nobody has seen.",
      because: "What is not known is not new.",
      past: fromPipeline,
      window: [{ identity: "deploy", day: today, credential: "ASIAUNKNOWN" }],
    },
    {
      says: "A pod is moved to a node that is new.",
      because: "All nodes of a cluster are one hand.",
      past: [
        ...everyDay.flatMap((day) => session(`cluster-a/system:node:node-${day % 5}`, day)),
        ...session("cluster-a/system:node:node-9", today).slice(0, 1),
      ],
      window: [{ identity: "deploy", provider: "kubernetes", day: today, credential: `ASIAcluster-a/system:node:node-9${today}` }],
    },
    {
      says: "A role that another pipeline takes every day is taken by another one again.",
      because: "To be taken by many is its way.",
      past: everyDay.flatMap((day) => session(`pipeline-${day}`, day)),
      window: [{ identity: "deploy", day: today, credential: `ASIApipeline-41${today}` }],
    },
  ],
};
