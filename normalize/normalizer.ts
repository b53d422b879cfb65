// The port of a format: what a normaliser promises. One file under formats/ implements it for one provider's log.
import type { Completion } from "../model/completion.ts";
import type { FormatId, NormalizedAction } from "../model/identity-action.ts";
import type { JsonObject } from "../model/json.ts";
import type { ValueGroup } from "../model/value-group.ts";
import type { NetworkClassifier } from "./network.ts";

/** What the operator told us and a record may not say. The same for every record of a run. */
export interface NormalizeContext {
  /** Cluster, account or subscription of the records where they do not name their own ("" where not configured). */
  readonly defaultAccount: string;
  /** Kubernetes cluster whose service accounts an OIDC issuer (host and path, no scheme) signs; undefined where not configured. */
  readonly clusterOfIssuer: (issuer: string) => string | undefined;
  readonly network: NetworkClassifier;
}

/**
 * event: one action, complete; `caller` and `call` where its values of that group are known to be those of other records. completion: how an action that was counted at its start ended.
 * ignored: understood, and not an action (a digest file, a request's earlier stage): counted by reason.
 * rejected: not understood: kept in quarantine with the reason. A reason is a constant text that names the field at fault,
 * never a value of the record, so that reasons can be counted.
 */
export type NormalizeResult =
  | { readonly kind: "event"; readonly event: NormalizedAction; readonly caller?: ValueGroup | undefined; readonly call?: ValueGroup | undefined }
  | { readonly kind: "completion"; readonly completion: Completion }
  | { readonly kind: "ignored"; readonly reason: string }
  | { readonly kind: "rejected"; readonly reason: string };

export interface Normalizer {
  readonly format: FormatId;
  /** True when the record has the shape of this log. Decides by keys, cheaply; at most one normaliser says yes. */
  recognizes(record: JsonObject): boolean;
  /**
   * Pure and synchronous: no I/O, no clock, no state that shows in the result (memoised sub-results are allowed).
   * Never throws on any JSON object; a throw is counted as rejected. The record was redacted before it came here.
   */
  normalize(record: JsonObject, context: NormalizeContext): NormalizeResult;
}
