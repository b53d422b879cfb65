// What a renderer gives back: the bytes of one record, the id by which the store will know it, and the log it belongs into.
import type { LayoutId } from "../layouts/registry.ts";

export interface NativeRecord {
  /** event_uid of the row that it becomes (docs/schema.md), computed by the estate's own means. */
  readonly uid: string;
  readonly text: string;
  /** Account and region, project and log, cluster: records of one stream share files. */
  readonly stream: Stream;
  /**
   * What the store makes of it: an action of its own, a later stage of an action that is counted already (same uid), or how an
   * action ended (docs/decisions/0005-completions-are-not-actions.md).
   */
  readonly makes: "action" | "stage" | "completion";
  /** How long after the act it was written: the end of a long operation. */
  readonly afterMs: number;
}

/** One log of one place, as its provider delivers it. */
export interface Stream {
  /** Unique in the estate: aws/111122223333/eu-west-1. */
  readonly id: string;
  readonly layout: LayoutId;
  /** What the layout needs for names of files and envelopes. */
  readonly place: Readonly<Record<string, string>>;
  /** Median delay of delivery. */
  readonly delayMs: number;
}

/** The record of an act that one record holds whole. */
export function soleRecord(uid: string, record: object, stream: Stream): NativeRecord {
  return { uid, text: JSON.stringify(record), stream, makes: "action", afterMs: 0 };
}
