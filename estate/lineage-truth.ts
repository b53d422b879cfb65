// The truth of lineage, of the same meaning as the store's table (docs/schema.md): who issued what to whom, who is stated as issuer,
// who acted through whom. Issues are handed out as they come; the few others are kept to the end.
import type { Act } from "./identity.ts";

export interface LineageEdge {
  readonly subject_uid: string;
  readonly issuer_uid: string;
  readonly relation: "issued" | "stated" | "delegated";
  readonly credential_uid: string;
}

export class LineageTruth {
  readonly #kept = new Map<string, LineageEdge>();

  /** The issue that the act is, if it is one; anything else that it shows is kept. */
  add({ access, call }: Act): LineageEdge | undefined {
    const who = access.identity.uid;
    if (access.statedIssuer !== "") this.#keep(who, access.statedIssuer, "stated");
    let nearer = who;
    for (const through of access.delegation) {
      this.#keep(nearer, through, "delegated");
      nearer = through;
    }
    if (call.provider === "kubernetes" && call.impersonates !== undefined) this.#keep(call.impersonates.uid, who, "delegated");
    // What no log names (a token of Google's) was issued all the same, and nobody can tell it from another.
    if (call.issues === undefined || call.issues.uid === "" || call.failure !== undefined) return undefined;
    return { subject_uid: call.issues.to, issuer_uid: who, relation: "issued", credential_uid: call.issues.uid };
  }

  /** All but the issues. */
  rest(): LineageEdge[] {
    return [...this.#kept.values()];
  }

  #keep(subject_uid: string, issuer_uid: string, relation: "stated" | "delegated"): void {
    const key = `${relation} ${subject_uid} ${issuer_uid}`;
    if (!this.#kept.has(key)) this.#kept.set(key, { subject_uid, issuer_uid, relation, credential_uid: "" });
  }
}
