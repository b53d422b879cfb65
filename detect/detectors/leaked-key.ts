// A long-lived key in new hands: from a network that its identity never had, and the calls with which whoever finds a key begins: who am I, and
// what is there. The conjunction is rarer than its parts.
import type { Detector, Past, Surprise } from "../detector.ts";
import type { Window } from "../evidence.ts";
import { isPlace } from "../network-place.ts";

/** What asks who one is, in four clouds; in lower case as `service:action`. */
const whoami: readonly RegExp[] = [
  /^sts:get(?:calleridentity|accesskeyinfo|sessiontoken)$/,
  /^iam:(?:getuser|getaccountsummary|getaccountauthorizationdetails)$/,
  /^(?:iam|cloudresourcemanager)\.googleapis\.com:.*(?:testiampermissions|getiampolicy|getserviceaccount|queryauditableservices)$/,
  /^authorization\.k8s\.io:create self(?:subjectaccess|subjectrules)reviews?/,
  /^authentication\.k8s\.io:create selfsubjectreviews/,
  /^microsoft\.(?:authorization|resources):microsoft\.(?:authorization\/(?:permissions|roleassignments)|resources\/(?:subscriptions|tenants))(?:\/[a-z]+)*\/read$/,
];
/** What asks for everything of a kind. */
const listing = /:(?:[\w.]*\.)?(?:list|describe|search|aggregatedlist|getall|batchget)[\w. ]*$|\/read$/i;
const fewestListings = 3;
const bitsOfWhoami = 2;
const bitsOfListings = 2;
const leastBits = 3;
/** From then on its networks are known. */
const certainDays = 7;

export const leakedKey: Detector = {
  id: "leaked-key",
  title: "Long-lived key in new hands",
  aspect: "caller",
  techniques: ["T1078.004", "T1087.004", "T1580"],
  nonHumanIdentityRisks: ["NHI2", "NHI7"],
  needs: "Static credentials told apart from sessions, and addresses.",
  falsePositives: ["A key that is moved to a new machine, whose setup checks that it works."],
  blindSpots: [
    "A thief who knows already what the key is for.",
    "Listing calls that the log leaves out: reads in Azure's Activity Log, data access in Google Cloud unless it is switched on.",
  ],
  checks: ["Where may the key lie: in a repository, in an image, on a laptop?", "Turn the key off, then look at what it did from there."],
  score(window: Window, past: Past): readonly Surprise[] {
    const { memory, today } = past;
    const { values: known, rhythm } = memory.identity(window.identityUid);
    const networks = new Map<string, string>();
    for (const { uses } of window.hours)
      for (const [credential, lifetime, network] of uses)
        if (lifetime === "static" && isPlace(network) && !known.network.has(network)) networks.set(network, credential);
    const [place] = networks;
    if (place === undefined) return [];
    const [network, credential] = place;
    const fresh = [...window.values.action.keys()].filter((action) => !known.action.has(action));
    const asked = fresh.filter((action) => whoami.some((pattern) => pattern.test(action.toLowerCase())));
    const listed = fresh.filter((action) => listing.test(action));
    const isSurvey = listed.length >= fewestListings;
    if (asked.length === 0 && !isSurvey) return [];
    const users = memory.usersOf("network", network);
    const escapes = memory.escapes(window.identityUid, "network", today);
    const chance = Math.max(users === 0 ? escapes.all : escapes.own, memory.adoption(window.identityUid, "network", network));
    const bits = -Math.log2(chance) + (asked.length > 0 ? bitsOfWhoami : 0) + (isSurvey ? bitsOfListings : 0);
    if (bits < leastBits) return [];
    const calls = [...asked, ...listed.filter((action) => !asked.includes(action))];
    return [
      {
        bits,
        what: `${credential} ${network}`,
        observed: `${credential || "a static credential"} from ${network}, which asks ${asked.length > 0 ? "who it is" : "what there is"}: ${calls.slice(0, 4).join(", ")}`,
        baseline: `none of its ${known.network.size} known networks, and it never made these calls`,
        certainty: users === 0 && rhythm.activeDays >= certainDays ? "mechanism" : undefined,
      },
    ];
  },
};
