// What a renderer gives back: the bytes of one record, the id by which the store will know it, and the log it belongs into.
import type { LayoutId } from "../layouts/registry.ts";

export interface NativeRecord {
  /** event_uid of the row that it becomes (docs/schema.md), computed by the estate's own means. */
  readonly uid: string;
  readonly text: string;
  /** Account and region, project and log, cluster: records of one stream share files. */
  readonly stream: Stream;
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
