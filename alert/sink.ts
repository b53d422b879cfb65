// The port of what receives alerts: Slack, a pager, a SIEM, a file. One file in sinks/ each; test/alert/sink-contract.ts holds what is promised here.
import type { Alert } from "./alert.ts";

export type Outcome =
  /** `receipt`: what the sink needs to answer in the same thread later; of the message that begins one. */
  | { readonly kind: "delivered"; readonly receipt?: string }
  /**
   * `message`: this one was refused, others may pass. `sink`: nothing passes now (unreachable, overloaded, wrong password).
   * `retryAfterMs`: what the receiver asked for, as it said it.
   */
  | { readonly kind: "failed"; readonly scope: "message" | "sink"; readonly reason: string; readonly retryAfterMs?: number }
  /** The receiver wants no more, ever (410). */
  | { readonly kind: "gone"; readonly reason: string }
  /** Not tried: the receiver had failed before its turn came. */
  | { readonly kind: "untried" };

/** How people meet messages about an incident that they were told of already. */
type FollowUps =
  /** As others: a machine sorts them out by id. */
  | "all"
  /** Below the first message. */
  | "threaded"
  /** Only what is graver than what was told: each message stands alone. */
  | "graver";

export interface Sink {
  /** Unique in one configuration; a part of the ids of its deliveries. */
  readonly id: string;
  readonly followUps: FollowUps;
  /** How many alerts it takes at once, in their order: 1 to 1,000. */
  readonly batchSize: number;
  /** How many batches it takes side by side, where it is well. Default: 1, and what follows is sent when what came before has arrived. */
  readonly batchesAtOnce?: number;
  /**
   * Hands alerts over and returns an outcome for each, in their order, once the receiver has answered or the sink's own time is over; it never
   * throws, and sends nothing twice that may have arrived. `delivered` means that the receiver has said so. An alert whose id was delivered before may come again: it goes out
   * again under the same id. Reasons name no secret, and hold nothing that acts on whoever reads them. When `signal` is raised it returns soon.
   */
  send(alerts: readonly Alert[], signal: AbortSignal): Promise<readonly Outcome[]>;
  /** Releases connections and files. Safe to call twice, and before `send`. */
  close(): Promise<void>;
}
