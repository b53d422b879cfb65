// How a receiver over HTTP fails, and what a sink makes of it where the protocol has no word of its own.
import type { Outcome } from "../../alert/sink.ts";
import type { Behaviour, HttpReceiver } from "../stand-ins/http-receiver.ts";
import { silence } from "./sink-contract.ts";

interface HttpFailure {
  readonly behave: Behaviour;
  readonly outcome: Partial<Outcome>;
}

/** `secret` is what a receiver might say again. */
const httpFailures = {
  "a refusal of this message (422)": { behave: () => ({ status: 422, body: "unprocessable" }), outcome: { kind: "failed", scope: "message" } },
  "a wrong password (401)": { behave: () => ({ status: 401 }), outcome: { kind: "failed", scope: "sink" } },
  "a failure of the receiver (500)": { behave: () => ({ status: 500, body: "oops" }), outcome: { kind: "failed", scope: "sink" } },
  "too many requests (429)": {
    behave: () => ({ status: 429, headers: { "retry-after": "7" } }),
    outcome: { kind: "failed", scope: "sink", retryAfterMs: 7_000 },
  },
  "a redirect (302)": {
    behave: () => ({ status: 302, headers: { location: "http://169.254.169.254/latest/meta-data/" } }),
    outcome: { kind: "failed", scope: "sink" },
  },
  [silence]: { behave: () => undefined, outcome: { kind: "failed", scope: "sink" } },
  "a connection that breaks": {
    behave: (_request, _response, socket) => {
      socket.destroy();
      return undefined;
    },
    outcome: { kind: "failed", scope: "sink" },
  },
} as const satisfies Readonly<Record<string, HttpFailure>>;

export const httpFailureNames: readonly string[] = Object.keys(httpFailures);

/** `accepted`: what the receiver answers when it takes something. */
export function failingWith(receiver: HttpReceiver) {
  return Object.fromEntries(
    Object.entries(httpFailures).map(([name, { behave, outcome }]) => [name, { set: () => receiver.behave(behave), outcome }]),
  );
}
