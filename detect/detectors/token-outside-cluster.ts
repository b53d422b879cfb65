// A pod's token used from outside of its cluster, or from another pod: it names the pod that it was made for, and that pod has one place.
import type { Detector, Past, Surprise } from "../detector.ts";
import type { Window } from "../evidence.ts";
import { traitBaseline, traitSurprise } from "../trait-surprise.ts";
import { carriedTokens, podInside, podOutside, podUses, twoAddresses } from "../traits.ts";

/** So many service accounts whose pods call from within say where a cluster's pods are. */
const fewestWithin = 3;
const fewestDays = 3;

export const tokenOutsideCluster: Detector = {
  id: "token-outside-cluster",
  title: "Pod token outside of its cluster or pod",
  aspect: "caller",
  techniques: ["T1528", "T1552.007"],
  nonHumanIdentityRisks: ["NHI2", "NHI9"],
  needs: "Kubernetes audit events with the pod in the caller's extra fields (bound tokens), and source addresses.",
  falsePositives: [
    "A cluster whose pods begin to reach their API server by its public address.",
    "Nodes that put their own address in place of the pod's.",
  ],
  blindSpots: ["Tokens without a pod: legacy ones, and those made on request without a binding.", "A thief in another pod behind the same address."],
  checks: ["Does the pod still run, and on which node?", "Delete the pod: its tokens end with it.", "What did the token read, secrets above all?"],
  score(window: Window, past: Past): readonly Surprise[] {
    return [...outside(window, past), ...carried(window, past)];
  },
};

function outside(window: Window, past: Past): Surprise[] {
  const found = new Map<string, Surprise>();
  for (const { cluster, pod, network, agent, isOutside } of window.hours.flatMap(podUses)) {
    if (!isOutside) continue;
    const known = traitSurprise(past, window.identityUid, podOutside(cluster));
    const within = past.memory.usersOf("trait", podInside(cluster));
    const isCertain = known.users === 0 && within >= fewestWithin && known.activeDays >= fewestDays;
    found.set(network, {
      bits: known.bits,
      what: network,
      observed: `token of pod ${pod} from ${network}${agent === "" ? "" : ` with ${agent}`}`,
      baseline: `pods of ${within} service accounts call from within ${cluster}; from outside ${traitBaseline(known)}`,
      certainty: isCertain ? "mechanism" : undefined,
    });
  }
  return [...found.values()];
}

function carried(window: Window, past: Past): Surprise[] {
  const tokens = window.hours.flatMap(carriedTokens);
  if (tokens.length === 0) return [];
  const known = traitSurprise(past, window.identityUid, twoAddresses);
  return tokens.slice(0, 3).map(({ credential, addresses }) => ({
    bits: known.bits,
    what: credential,
    observed: `token ${credential} from ${addresses.slice(0, 3).join(" and ")}`,
    baseline: `a pod has one address; so ${traitBaseline(known)}`,
  }));
}
