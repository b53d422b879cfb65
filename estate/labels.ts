// What is known of each attack while it runs: its events, who made them, with which credential; and the label that comes of it.
import type { Act } from "./identity.ts";
import type { PlannedAttack } from "./plans.ts";

export interface Label {
  readonly id: string;
  readonly attack: string;
  readonly technique: string;
  /** On whom a finding counts. */
  readonly identities: readonly string[];
  readonly credential_uid: string;
  readonly event_uids: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly size: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly prose: string;
  readonly visible: string;
  readonly invisible: string;
}

export class AttackTrace {
  readonly planned: PlannedAttack;
  readonly #eventUids: string[] = [];
  readonly #identities: Set<string>;
  #credentialUid = "";
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(planned: PlannedAttack) {
    this.planned = planned;
    this.#identities = new Set(planned.plan.victims.map(({ uid }) => uid));
  }

  add({ atMs, access }: Act, eventUid: string): void {
    this.#eventUids.push(eventUid);
    this.#identities.add(access.identity.uid);
    if (this.#credentialUid === "") this.#credentialUid = access.credential.uid;
    this.#firstMs = Math.min(this.#firstMs, atMs);
    this.#lastMs = Math.max(this.#lastMs, atMs);
  }

  /** Undefined where nothing of it happened within the period. */
  label(): Label | undefined {
    if (this.#eventUids.length === 0) return undefined;
    const { id, attack, parameters } = this.planned;
    return {
      id,
      attack: attack.id,
      technique: attack.technique,
      identities: [...this.#identities],
      credential_uid: this.#credentialUid,
      event_uids: this.#eventUids,
      start: new Date(this.#firstMs).toISOString(),
      end: new Date(this.#lastMs).toISOString(),
      size: this.#eventUids.length,
      parameters,
      prose: attack.says,
      visible: attack.visible,
      invisible: attack.invisible,
    };
  }
}
