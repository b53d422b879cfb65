// Tokens of pods inside and outside of their cluster.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const elsewhere = "internet 198.51.100.0/24";
const pod = {
  provider: "kubernetes",
  principalType: "k8s-service-account",
  workloadType: "k8s-pod",
  account: "cluster-a",
  network: "private",
} as const;
const cluster = ["web", "mail", "search"].flatMap((identity) => onDays(everyDay, () => ({ ...pod, identity, holder: `shop/${identity}-1` })));
const billing = { ...pod, identity: "billing", holder: "shop/billing-1" };

export const tokenOutsideClusterCases: DetectorCases = {
  raises: [
    {
      says: "The token of a pod is used from the internet, in a cluster whose pods all call from within.",
      because: "A pod has one place, and it is in the cluster.",
      past: [...cluster, ...onDays(everyDay, () => billing)],
      window: [{ ...billing, day: today, network: elsewhere, agent: "kubectl/1" }],
    },
    {
      says: "So is that of a pod whose account is two weeks old, in the agent that the pod itself has.",
      because: "Where pods of the cluster are, the others have shown.",
      past: [
        ...cluster,
        ...onDays(
          everyDay.filter((day) => day >= 28),
          () => billing,
        ),
      ],
      window: [{ ...billing, day: today, network: elsewhere }],
    },
    {
      says: "A token comes from the addresses of two pods.",
      because: "It names one of them.",
      past: [...cluster, ...onDays(everyDay, () => ({ ...billing, podAddresses: ["10.0.0.5"] }))],
      window: [{ ...billing, day: today, podAddresses: ["10.0.0.5", "10.0.7.9"] }],
    },
  ],
  staysQuiet: [
    {
      says: "A pod calls from within.",
      because: "As all of them do.",
      past: [...cluster, ...onDays(everyDay, () => billing)],
      window: [{ ...billing, day: today }],
    },
    {
      says: "A pod of a cluster whose pods reach their API server by a public address calls so.",
      because: "It is the way of that cluster.",
      past: ["web", "mail", "search", "billing"].flatMap((identity) =>
        onDays(everyDay, () => ({ ...pod, identity, holder: `shop/${identity}-1`, network: "internet 203.0.113.0/24" })),
      ),
      window: [{ ...billing, day: today, network: "internet 203.0.113.0/24" }],
    },
    {
      says: "A service account's token without a pod is used from outside, as by a pipeline.",
      because: "It was made for no pod; whether the network is new to it is what new-network tells.",
      past: [...cluster, ...onDays(everyDay, () => ({ ...pod, identity: "deployer" }))],
      window: [{ ...pod, identity: "deployer", day: today, network: elsewhere }],
    },
    {
      says: "Tokens come from the addresses of nodes, another one each hour, as every day.",
      because: "Where nodes put their own address before the pod's, a token has many.",
      past: [...cluster, ...onDays(everyDay, () => ({ ...billing, podAddresses: ["10.0.0.5", "10.0.0.6"] }))],
      window: [{ ...billing, day: today, podAddresses: ["10.0.0.7", "10.0.0.8"] }],
    },
  ],
};
