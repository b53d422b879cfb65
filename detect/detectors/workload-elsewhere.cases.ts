// Sessions of workloads at desks and on foreign networks, and workloads that move by nature.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const elsewhere = "internet 198.51.100.0/24";
const instance = "i-0317f6c6b66ae9c40";
const held = { holder: instance };

export const workloadElsewhereCases: DetectorCases = {
  raises: [
    {
      says: "The first that is ever seen of an instance's session is a command line on somebody's desk.",
      because: "No past is needed: the platform handed the session to an instance, and that runs in no office.",
      past: [{ identity: "neighbour", day: today, hour: 0 }],
      window: [{ ...held, day: today, network: elsewhere, agent: "aws-cli/1", isDesk: true }],
    },
    {
      says: "An instance with a network of its own for six weeks shows up on another one, with a session that is new and an agent that it never had.",
      because: "The session has no past, but the instance that it was made for has.",
      past: onDays(everyDay, () => held),
      window: [{ ...held, day: today, network: elsewhere, agent: "aws-cli/2" }],
    },
    {
      says: "A pod's token is presented by a command line on a desk.",
      because: "Tokens are handed to pods.",
      past: onDays(everyDay, () => ({ identity: "pod", provider: "kubernetes", workloadType: "k8s-pod", network: "private", holder: "shop/pod-1" })),
      window: [
        {
          identity: "pod",
          provider: "kubernetes",
          workloadType: "k8s-pod",
          holder: "shop/pod-1",
          day: today,
          network: elsewhere,
          agent: "kubectl/1",
          isDesk: true,
        },
      ],
    },
  ],
  staysQuiet: [
    {
      says: "A new instance of the role works from a network that the role never had.",
      because: "It has no other place: that the role's network is new is what new-network tells.",
      past: onDays(everyDay, () => held),
      window: [{ holder: "i-0aaaaaaaaaaaaaaaa", day: today, network: elsewhere }],
    },
    {
      says: "Somebody takes the role from his desk, under a session's name of his own.",
      because: "That session was never a workload's.",
      past: onDays(everyDay, () => held),
      window: [{ day: today, network: elsewhere, agent: "aws-cli/2", isDesk: true, workloadType: "unknown" }],
    },
    {
      says: "A build machine that is a Mac builds as every day.",
      because: "Its own days are the measure.",
      past: onDays(everyDay, () => ({ ...held, isDesk: true })),
      window: [{ ...held, day: today, isDesk: true }],
    },
    {
      says: "A function whose machines change their addresses daily changes it again.",
      because: "Its own share of workloads that move is the measure.",
      past: onDays(everyDay, (day) => ({ identity: "function", holder: `function-${day % 7}`, network: `internet 203.0.${day}.0/24` })),
      window: [{ identity: "function", holder: "function-0", day: today, network: elsewhere }],
    },
  ],
};
