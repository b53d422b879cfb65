// How odd it is that an identity shows a trait (traits.ts): from its own days with it, shrunk to the share of machines that ever showed it.
import type { Past } from "./detector.ts";

/** Days of the estate's share that an identity's own days are shrunk by. */
const priorDays = 5;

interface TraitSurprise {
  readonly bits: number;
  /** Days on which it showed the trait, of its active ones. */
  readonly days: number;
  readonly activeDays: number;
  /** Identities that ever did. */
  readonly users: number;
}

export function traitSurprise({ memory }: Past, identityUid: string, trait: string): TraitSurprise {
  const { values, rhythm } = memory.identity(identityUid);
  const days = values.trait.daysOf(trait);
  const users = memory.usersOf("trait", trait);
  const share = Math.min(1, (users + 0.5) / (memory.size + 1));
  return { bits: -Math.log2((days + priorDays * share) / (rhythm.activeDays + priorDays)), days, activeDays: rhythm.activeDays, users };
}

export function traitBaseline({ days, activeDays, users }: TraitSurprise): string {
  return `on ${days} of its ${activeDays} active days; ${users === 0 ? "no machine before" : `${users} ${users === 1 ? "machine" : "machines"} ever`}`;
}
