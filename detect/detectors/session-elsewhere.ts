// One credential used from a second network. A session that a platform handed to an instance, a function or a pod stays with it; one that
// is used from elsewhere has left its machine.
import type { Detector, Past, Surprise } from "../detector.ts";
import type { Window } from "../evidence.ts";

const priorSessions = 4;
const priorShare = 0.01;

export const sessionElsewhere: Detector = {
  id: "session-elsewhere",
  title: "Credential used from elsewhere",
  aspect: "caller",
  techniques: ["T1550.001", "T1528"],
  nonHumanIdentityRisks: ["NHI2", "NHI9"],
  needs: "Credential ids and addresses: CloudTrail access key ids, Kubernetes token ids, Google Cloud key names, Entra key ids.",
  falsePositives: ["Machines behind several exits: its own share of such sessions is the measure.", "A laptop that moves."],
  blindSpots: ["Use from the same /24.", "Calls that a cloud's own service makes on one's behalf.", "Credentials that logs do not name."],
  checks: [
    "Which network is the machine's own?",
    "What did the credential do from the other one?",
    "End the session and see whether the machine opens a new one.",
  ],
  score(window: Window, { memory }: Past): readonly Surprise[] {
    const { sessions } = memory.identity(window.identityUid);
    return sessions.roamingIn(window.hours).map(({ credential, network, before, isNewAgent }) => {
      const share = (sessions.roaming + priorSessions * priorShare) / (sessions.sessions + priorSessions);
      const bits = -Math.log2(share) + (isNewAgent ? 2 : 0);
      const observed = `${credential} from ${network}${isNewAgent ? ", with another agent" : ""}`;
      const baseline = `used from ${before.slice(0, 3).join(", ")}; ${sessions.roaming} of its ${sessions.sessions} credentials moved`;
      return { bits, what: `${credential} ${network}`, observed, baseline };
    });
  },
};
