// What one identity handed out and was handed, its long-lived keys, and whether it was odd lately: its part of the lineage (lineage-memory.ts), kept
// with the identity, so that whoever hands out without end pushes out only what is his own.
import { ValueMemory, type ValueState } from "./value-memory.ts";

export interface Issue {
  readonly target: string;
  readonly credentialType: string;
  /** Earliest reception of it: the end of its hour. */
  readonly momentMs: number;
}

/** Its window was raised. */
export interface Oddity {
  readonly momentMs: number;
  /** The oddest of its reasons, in words. */
  readonly observed: string;
  /** Who stood before it, from where it entered on; itself is the last. */
  readonly chain: readonly string[];
}

export interface IdentityLineageState {
  readonly issued: readonly (readonly [credential: string, issue: Issue])[];
  readonly handovers: ValueState;
  readonly oddity: Oddity | null;
  readonly firstUses: readonly (readonly [credential: string, hour: number])[];
}

const mostIssues = 1000;
const mostKeys = 64;

export class IdentityLineage {
  /** By credential; the first that came are the first to go. */
  readonly issued = new Map<string, Issue>();
  /** Who handed it credentials that it used. */
  handovers = new ValueMemory();
  oddity: Oddity | undefined;
  /** Of static credentials: the earliest hour of a use. */
  readonly #firstUses = new Map<string, number>();

  static restore({ issued, handovers, oddity, firstUses }: IdentityLineageState): IdentityLineage {
    const lineage = new IdentityLineage();
    for (const [credential, issue] of issued) lineage.issued.set(credential, issue);
    lineage.handovers = ValueMemory.restore(handovers);
    lineage.oddity = oddity ?? undefined;
    for (const [credential, hour] of firstUses) lineage.#firstUses.set(credential, hour);
    return lineage;
  }

  get state(): IdentityLineageState {
    return { issued: [...this.issued], handovers: this.handovers.state, oddity: this.oddity ?? null, firstUses: [...this.#firstUses] };
  }

  /** Returns the credential that has to go for it. Twice the same changes nothing. */
  issue(credential: string, issue: Issue): string | undefined {
    const known = this.issued.get(credential);
    if (known !== undefined && known.momentMs <= issue.momentMs) return undefined;
    this.issued.set(credential, issue);
    return shrink(this.issued, mostIssues);
  }

  useKey(credential: string, hour: number): void {
    this.#firstUses.set(credential, Math.min(this.#firstUses.get(credential) ?? hour, hour));
    shrink(this.#firstUses, mostKeys);
  }

  /** Hour since the epoch; undefined where it was never used. */
  firstUseOf(credential: string): number | undefined {
    return this.#firstUses.get(credential);
  }
}

function shrink<Key>(map: Map<Key, unknown>, most: number): Key | undefined {
  if (map.size <= most) return undefined;
  const [first] = map.keys();
  if (first !== undefined) map.delete(first);
  return first;
}
