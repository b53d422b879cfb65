// A finding in the few words that a chat, a pager or a mail shows. Texts are plain, may hold what an attacker chose, and are not shortened: whoever
// shows them makes them harmless where they are shown, and as short as there is room.

export interface FindingSummary {
  /** Its name, or its id where no record names it. */
  readonly who: string;
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
  /** How odd, in hours: 1,300 or 40 million. */
  readonly oneIn: string;
  /** What was decided, by whom and why; absent where nobody has. */
  readonly decision?: string;
}
