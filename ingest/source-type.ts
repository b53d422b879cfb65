// A kind of live source: what its configuration says, what it promises, and how it is opened. Each is one file in sources/, listed in
// sources/registry.ts; the configuration's schema and the program both come from that list.
import type { z } from "zod";
import type { InterningParser } from "./decode/interning-parser.ts";
import type { SecretReference } from "./secret-reference.ts";
import type { Source } from "./source.ts";

/** What a source is doing: "ready" while it reads or waits for what is new; the others say that nothing comes. */
export type SourceState = "connecting" | "ready" | "failing";

/** Records that were there and cannot be had any more. */
export interface SourceGap {
  /** Topic and partition, bucket, container: as in the cursor's partition. */
  readonly partition: string;
  /** Positions in the source's own words: the first that is missing, and the first that is there again. */
  readonly from: string;
  readonly to: string;
  /** Constant text. */
  readonly reason: string;
}

/** Told as the source goes on; none of it decides what is read. */
export interface SourceObserver {
  /** `detail`: one sentence for whoever looks after it, without secrets; empty where there is nothing to say. */
  onState(state: SourceState, detail: string): void;
  /** How many records (or objects, messages) wait behind what was read. */
  onLag(partition: string, waiting: number): void;
  onGap(gap: SourceGap): void;
}

export interface SourceContext {
  /** Unique in one configuration. */
  readonly id: string;
  /** Shared by all that this source reads, so that what one record said is known in the next. */
  readonly parser: InterningParser;
  readonly observer: SourceObserver;
  /** Folder of this source alone, for what it keeps between runs beside its cursors; made by whoever needs it. */
  readonly folder: string;
  /** Read anew at each call, so that a file whose secret was rotated counts at the next connection. @throws ConfigError. */
  readonly secret: (reference: SecretReference) => string;
}

export interface SourceType<Settings extends z.ZodObject = z.ZodObject> {
  /** As `type` in the configuration. */
  readonly type: string;
  /** One sentence for the documents and the configuration's schema. */
  readonly description: string;
  /** When a record is handed back, forgotten or read again by the provider: printed at start behind the common guarantee. */
  readonly guarantee: string;
  /** All but `id` and `type`. Keys in snake_case; secrets by secretReferenceSchema; relative paths only there. */
  readonly settings: Settings;
  /**
   * Connects to nothing yet: that is for the first `read`. SDKs are imported when they are first needed, since every command loads this list.
   * One opened source is read once; after an error the supervisor opens a new one.
   */
  open(settings: z.output<Settings>, context: SourceContext): Source;
}

/** Keeps the type of the settings between the schema and `open`. */
export function sourceType<Settings extends z.ZodObject>(type: SourceType<Settings>): SourceType {
  return type as unknown as SourceType;
}
