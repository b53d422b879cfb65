// The session of an instance, a function, a task or a pod in somebody else's hands: presented from a desk, or from a network that the workload itself
// never had. Known from the first use on, since it asks for the workload's past and not for the session's.
import type { Detector, Past, Surprise } from "../detector.ts";
import type { Window } from "../evidence.ts";
import { usedByHolder } from "../memory/session-memory.ts";
import { traitBaseline, traitSurprise } from "../trait-surprise.ts";
import { platformAtDesk, platformSessionsAtDesks } from "../traits.ts";

/** A workload that was never seen to move has moved once in so many. */
const priorWorkloads = 4;
const priorShare = 0.01;
/** Without any past it is as if one in a thousand had a desk: there are instances that are Macs. */
const bitsOfDesk = 10;

export const workloadElsewhere: Detector = {
  id: "workload-elsewhere",
  title: "A workload's session away from it",
  aspect: "caller",
  techniques: ["T1552.005", "T1550.001"],
  nonHumanIdentityRisks: ["NHI2"],
  needs:
    "Sessions that name their workload: CloudTrail's inScopeOf or a role session named after an instance, pods in Kubernetes tokens, resources of Azure's managed identities; raw agents.",
  falsePositives: ["Instances that are Macs.", "A workload that comes back with another address: its own share of such moves is the measure."],
  blindSpots: [
    "A thief on the same network with the workload's own agent.",
    "Service accounts of Google Cloud, whose records name no workload, and desks in Azure, whose Activity Log keeps no agent.",
  ],
  checks: [
    "Does the workload still run, and from which address?",
    "Whose address is the other one?",
    "End its sessions and take the role's rights away until it is known.",
  ],
  score(window: Window, past: Past): readonly Surprise[] {
    return [...atDesks(window, past), ...moved(window, past)];
  },
};

function atDesks(window: Window, past: Past): Surprise[] {
  const known = traitSurprise(past, window.identityUid, platformAtDesk);
  return window.hours.flatMap(platformSessionsAtDesks).map(({ credential, holder, network, agent }) => ({
    bits: known.days === 0 ? Math.max(known.bits, bitsOfDesk) : known.bits,
    what: `${credential} ${network}`,
    observed: `session ${credential} of ${holder} presented by ${agent || "an agent"} of somebody's desk, from ${network}`,
    baseline: `sessions that a platform hands to a workload stay on it; at a desk ${traitBaseline(known)}`,
    certainty: known.days === 0 ? "mechanism" : undefined,
  }));
}

function moved(window: Window, { memory }: Past): Surprise[] {
  const { holders, values } = memory.identity(window.identityUid);
  return holders.roamingIn(window.hours.map(usedByHolder)).map(({ credential: holder, network, before, isNewAgent }) => {
    const share = (holders.roaming + priorWorkloads * priorShare) / (holders.sessions + priorWorkloads);
    const isNew = !values.network.has(network);
    return {
      bits: -Math.log2(share) + (isNew ? 2 : 0) + (isNewAgent ? 2 : 0),
      what: `${holder} ${network}`,
      observed: `${holder} from ${network}${isNewAgent ? ", with another agent" : ""}`,
      baseline: `it was at ${before.slice(0, 3).join(", ")}; ${holders.roaming} of its ${holders.sessions} workloads moved`,
    };
  });
}
