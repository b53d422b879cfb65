// The answer of the routes whose senders only look at the status: how much was taken, and what of it went to quarantine.
import type { Accepted } from "./push-route.ts";

export function plainAnswer({ records = 0, unreadable, firstReason }: Accepted): { status: number; body: object } {
  const quarantined = unreadable === 0 ? {} : { quarantined: unreadable, first_quarantined: firstReason };
  return { status: 200, body: { accepted: records, ...quarantined } };
}

export const plainAnswerSchema = {
  type: "object",
  required: ["accepted"],
  properties: {
    accepted: { type: "integer", description: "Records, or envelopes of them, that can be read." },
    quarantined: { type: "integer", description: "Parts that cannot be read: they are kept in quarantine, and need not be sent again." },
    first_quarantined: { type: "string", description: "Which is the first of them, and why." },
  },
};
