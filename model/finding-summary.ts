// A finding in the few words that a chat, a pager or a mail shows. Texts are plain, may hold what an attacker chose, and are not shortened: whoever
// shows them makes them harmless where they are shown, and as short as there is room.

export interface FindingSummary {
  /** Its name, or its id where no record names it. */
  readonly who: string;
  /** checkout-backup was not itself */
  readonly title: string;
  /** aws iam-role as ec2-instance */
  readonly kind: string;
  /** Burst of novelty, new network and 2 more */
  readonly why: string;
  /** All of it, in one sentence. */
  readonly sentence: string;
  /** The rarest first. */
  readonly reasons: readonly { readonly observed: string; readonly normal: string }[];
  /** Who stands behind it, the farthest first, the identity itself last; only the identity where no record says. */
  readonly chain: readonly string[];
  /** "one hour in 40 million is as odd"; empty where nothing was held against a past. */
  readonly odds: string;
  /** What was decided, by whom and why; absent where nobody has. */
  readonly decision?: string;
}
