// The port of whatever raises alerts. Our detection and the comparators of the benchmark share it: asked what it would have raised at each moment of a
// range, it answers from an as-of view alone, so that live detection, a backtest and a comparison are the same question.
import type { Query } from "../model/query.ts";

/** The moments fromMs + stepMs, fromMs + 2 stepMs, up to and with toMs. All three are whole steps since the epoch. */
export interface Moments {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** The store as it was known at one moment: rows received later are not there. */
export interface AsOfView {
  readonly asOfMs: number;
  /**
   * Asks over the table `seen_actions`, which has the columns of `actions` without `raw`, one row an event; or over `received_actions`, of
   * it the rows received from the question's own `from_ms` (without) to `to_ms` (with), which costs what lies in that range. Of a range with many
   * rows the latter are asked for in parts, an identity's in one of them, and the answers follow each other by identity: rows that are not of one identity
   * each are the caller's to add up. No other table can be read through here. The parameters `as_of_ms`, `part_from_uid` and `part_to_uid` are the view's own.
   * @throws PermanentError when the SQL names a table of the store.
   */
  query<Parameters, Row>(query: Query<Parameters, Row>, parameters: Parameters): Promise<Row[]>;
}

export interface Alert {
  readonly detectorId: string;
  /** When this was known: the first of the moments asked for, or a finer one within its step. */
  readonly asOfMs: number;
  /** The same window was told before, and this is what is known of it now. */
  readonly isRevision?: boolean;
  /** Whom it is about, in the detector's own key (`identityKey`). */
  readonly identity: string;
  /** The same in ours: the identities whose rows the window holds under that key. More than one where the key lumps identities. */
  readonly identityUids: readonly string[];
  readonly windowFromMs: number;
  readonly windowToMs: number;
  /** Higher is more suspicious. Comparable between alerts of one detector only. */
  readonly score: number;
  readonly reason: string;
  /** Events of the window that show it, some of them where there are many. */
  readonly eventUids: readonly string[];
}

export interface AlertSource {
  /** Unique; never reused. */
  readonly id: string;
  readonly title: string;
  /** What `Alert.identity` holds: "identity_uid", or how another product names the caller. */
  readonly identityKey: string;
  /**
   * All alerts that would have been raised at the moments, each at the first moment that it could be. Many moments are asked for
   * at once because one statement over a month is cheaper than a thousand; therefore this must hold:
   *
   * An alert of moment T depends on rows received by T only. Asked for a shorter range that ends at T, or over a store where rows
   * received after T are other ones or missing, the answer up to T is the same. Nothing but the view is read.
   *
   * `view.asOfMs` is `moments.toMs` or later. Order and number of calls do not matter: nothing is kept between them.
   */
  evaluate(view: AsOfView, moments: Moments): Promise<readonly Alert[]>;
}
