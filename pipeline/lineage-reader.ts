// The chain around identities as findings keep it: who stands behind, who is within reach, of what had happened by a moment. It stands alone
// because many findings ask about the same neighbours, and each is read once.
import type { FindingLineage } from "../model/finding.ts";
import type { LineageEdge, LineageStep } from "../model/lineage-step.ts";
import { lineageDown } from "../queries/lineage-down.ts";
import { lineageUp } from "../queries/lineage-up.ts";
import { walkLineage } from "../queries/walk-lineage.ts";
import type { Store } from "../storage/store.ts";

type Direction = "up" | "down";

/** Steps that a finding keeps, the nearest. */
const keptSteps = 12;
const identitiesAQuestion = 50;
const edgesAQuestion = 20_000;

export class LineageReader {
  readonly #store: Store;
  readonly #edges = { up: new Map<string, LineageEdge[]>(), down: new Map<string, LineageEdge[]>() };

  constructor(store: Store) {
    this.#store = store;
  }

  /** Reads the neighbours of many at once. */
  async prepare(identityUids: readonly string[]): Promise<void> {
    const uids = [...new Set(identityUids)];
    for (let from = 0; from < uids.length; from += identitiesAQuestion) {
      const group = uids.slice(from, from + identitiesAQuestion);
      await this.#hop("up", group);
      await this.#hop("down", group);
    }
  }

  /** Steps whose first record is from `byMs` or before. */
  async of(identityUid: string, byMs: number): Promise<FindingLineage> {
    const walk = async (direction: Direction) =>
      walkLineage(identityUid, direction, async (uids) => (await this.#hop(direction, uids)).filter(({ first_at_ms }) => first_at_ms <= byMs));
    const [up, down] = [await walk("up"), await walk("down")];
    const reached = new Set(down.steps.map(({ subject_uid }) => subject_uid));
    reached.delete(identityUid);
    const kept = (steps: readonly LineageStep[]) => steps.slice(0, keptSteps);
    const isCut = [up, down].some(({ steps, isCut: isWalkCut }) => isWalkCut || steps.length > keptSteps);
    return { up: kept(up.steps), down: kept(down.steps), reach: reached.size, is_cut: isCut };
  }

  async #hop(direction: Direction, uids: readonly string[]): Promise<LineageEdge[]> {
    const known = this.#edges[direction];
    const missing = uids.filter((uid) => !known.has(uid));
    if (missing.length > 0) {
      for (const uid of missing) known.set(uid, []);
      const question = direction === "up" ? lineageUp : lineageDown;
      for (const edge of await this.#store.query(question, { identity_uids: missing, limit: edgesAQuestion })) {
        known.get(direction === "up" ? edge.subject_uid : edge.issuer_uid)?.push(edge);
      }
    }
    return uids.flatMap((uid) => known.get(uid) ?? []);
  }
}
