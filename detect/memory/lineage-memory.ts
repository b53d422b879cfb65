// Who handed which credential to whom, as records of its issue say it, and who was odd lately: what it takes to follow a takeover back to where it
// entered. It stands alone because it joins identities; what belongs to one of them is with it (identity-lineage.ts).
import type { Window } from "../evidence.ts";
import type { IdentityLineage, Issue, Oddity } from "./identity-lineage.ts";

const dayMs = 86_400_000;
const longestChain = 16;
/** What is handed out by somebody who was raised so lately may be his. */
const oddForMs = dayMs;

export interface LineageState {
  readonly withIssuer: number;
  readonly withOddIssuer: number;
}

export class LineageMemory {
  readonly #of: (identityUid: string) => IdentityLineage | undefined;
  readonly #issuers = new Map<string, string>();
  /** Windows with an issuer, and those of them whose issuer was odd; they fade. */
  #withIssuer = 0;
  #withOddIssuer = 0;

  /** `of`: an identity's part; undefined where nothing is known of it. */
  constructor(of: (identityUid: string) => IdentityLineage | undefined) {
    this.#of = of;
  }

  /** What does not belong to one identity. */
  get state(): LineageState {
    return { withIssuer: this.#withIssuer, withOddIssuer: this.#withOddIssuer };
  }

  restore({ withIssuer, withOddIssuer }: LineageState): void {
    this.#withIssuer = withIssuer;
    this.#withOddIssuer = withOddIssuer;
  }

  /** An identity's part is there again. */
  restoreIssues(identityUid: string): void {
    for (const credential of this.#of(identityUid)?.issued.keys() ?? []) this.#issuers.set(credential, identityUid);
  }

  /** An identity goes. */
  forget(identityUid: string): void {
    for (const credential of this.#of(identityUid)?.issued.keys() ?? []) this.#issuers.delete(credential);
  }

  /** Takes note of what a window handed out, and of the long-lived keys in it. Twice the same changes nothing. */
  note({ identityUid, momentMs, hours }: Window): void {
    const own = this.#of(identityUid);
    if (own === undefined) return;
    for (const { hour, uses, handed_out } of hours) {
      for (const [credential, lifetime] of uses) if (lifetime === "static" && credential !== "") own.useKey(credential, hour);
      for (const [credential, target, credentialType] of handed_out) {
        const gone = own.issue(credential, { target, credentialType, momentMs });
        if (gone !== undefined) this.#issuers.delete(gone);
        this.#issuers.set(credential, identityUid);
      }
    }
  }

  issueOf(credential: string): (Issue & { readonly issuer: string }) | undefined {
    const issuer = this.#issuers.get(credential);
    const issue = issuer === undefined ? undefined : this.#of(issuer)?.issued.get(credential);
    return issuer === undefined || issue === undefined ? undefined : { ...issue, issuer };
  }

  /** Who handed out what the window presents: as its records state it, or as the issue of its credentials was seen. */
  issuersOf({ identityUid, hours }: Window): string[] {
    const issuers = new Set<string>();
    for (const { issuers: stated, uses } of hours) {
      for (const issuer of stated) issuers.add(issuer);
      for (const [credential] of uses) {
        const issuer = this.#issuers.get(credential);
        if (issuer !== undefined) issuers.add(issuer);
      }
    }
    issuers.delete(identityUid);
    return [...issuers].sort();
  }

  /** Raised within the last day, as of `momentMs`. */
  oddityOf(identityUid: string, momentMs: number): Oddity | undefined {
    const oddity = this.#of(identityUid)?.oddity;
    return oddity !== undefined && oddity.momentMs <= momentMs && momentMs - oddity.momentMs <= oddForMs ? oddity : undefined;
  }

  /** The window was raised. */
  tell(window: Window, observed: string): void {
    const own = this.#of(window.identityUid);
    if (own !== undefined) own.oddity = { momentMs: window.momentMs, observed, chain: this.#chainTo(window) };
  }

  /** Who stands behind the window, from where something odd entered on; itself is the last. Alone where nobody behind it was odd lately. */
  #chainTo(window: Window): readonly string[] {
    for (const issuer of this.issuersOf(window)) {
      const chain = this.oddityOf(issuer, window.momentMs)?.chain;
      if (chain !== undefined && chain.length < longestChain && !chain.includes(window.identityUid)) return [...chain, window.identityUid];
    }
    return [window.identityUid];
  }

  /** Share of the windows with an issuer whose issuer was odd. */
  get oddShare(): number {
    return (this.#withOddIssuer + 0.5) / (this.#withIssuer + 1);
  }

  /** A day that is over. */
  learn(windows: readonly Window[], fading: number): void {
    this.#withIssuer *= fading;
    this.#withOddIssuer *= fading;
    for (const window of windows) {
      const issuers = this.issuersOf(window);
      if (issuers.length === 0) continue;
      this.#withIssuer++;
      if (issuers.some((issuer) => this.oddityOf(issuer, window.momentMs) !== undefined)) this.#withOddIssuer++;
      const day = Math.floor((window.momentMs - 1) / dayMs);
      for (const issuer of issuers) this.#of(window.identityUid)?.handovers.learn(handOf(issuer), day);
    }
  }
}

/** The kubelet of whatever node a pod runs on asks for its token: that is the cluster's hand. */
export function handOf(issuer: string): string {
  return issuer.replace(/\/system:node:.*$/, "/system:node:*");
}
