// A log's delivery stands still for about three hours; then all of it comes.
import { hourMs } from "../calendar.ts";
import type { Disturbance } from "../disturbance.ts";
import type { Identity } from "../identity.ts";
import type { World } from "../world.ts";

export const sourceSilence: Disturbance = {
  id: "source-silence",
  says: "Of a whole account, project, cluster or directory nothing is heard; then hours of it arrive at once.",
  providers: [],
  perMonth: 4,
  plan({ world, residents, random, startMs, silence }) {
    const one = random.pick(random.pick(residents)?.machine.identities ?? []);
    if (one === undefined) return undefined;
    const endMs = Math.floor(startMs + random.between(2.5, 3.5) * hourMs);
    const streams = streamsOf(one, world);
    silence({ streams, fromMs: startMs, untilMs: endMs });
    const identities = residents.flatMap(({ machine }) =>
      machine.identities.filter((each) => streamsOf(each, world) === streams).map(({ uid }) => uid),
    );
    return { startMs, endMs, identities, prose: `the logs ${streams} were not delivered until the end` };
  },
};

/** How the ids of those streams begin into which the identity's calls are written. */
function streamsOf({ provider, account }: Identity, { azure }: World): string {
  if (provider !== "azure") return `${provider}/${account}`;
  return azure.subscriptions.some(({ id }) => id === account) ? `azure/activity/${account}` : "azure/entra";
}
