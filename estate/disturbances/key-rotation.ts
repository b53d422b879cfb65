// A static access key is replaced on schedule by the service itself: a new credential appears, is used at once, the old one goes.
import { hourMs } from "../calendar.ts";
import { rotateAccessKey } from "../credentials/aws.ts";
import { isAwsWay } from "../credentials/way.ts";
import type { Disturbance } from "../disturbance.ts";

export const keyRotation: Disturbance = {
  id: "key-rotation",
  says: "An access key is replaced: a credential that nobody has seen is in use, and IAM calls come from a service that never makes any.",
  providers: ["aws"],
  perMonth: 6,
  plan({ residents, random, startMs }) {
    const holders = residents.flatMap(({ machine }) => machine.ways.filter(isAwsWay).filter(({ kind }) => kind === "static-key"));
    const way = random.pick(holders);
    if (way === undefined) return undefined;
    return {
      startMs,
      endMs: startMs + hourMs,
      identities: [way.identity.uid],
      prose: `the access key of ${way.identity.name} was replaced`,
      act(hour) {
        if (startMs < hour.startMs || startMs >= hour.endMs) return;
        rotateAccessKey(hour.random, way, way.at(startMs, hour), startMs, hour);
      },
    };
  },
};
