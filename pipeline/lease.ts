// Which of several processes over one store does what one alone should do. ClickHouse has no compare-and-swap, so this is what holds and what does not:
//
// - At any moment at most one process is told that it holds the lease: the one whose claim alone has the greatest fence. Two that claim the same fence
//   at once both hold nothing, and claim again after a pause of random length.
// - Clocks decide only when a claim may be taken over, and only the store's clock does; a wrong clock of ours changes nothing.
// - Who was stopped for longer than the lease, and wakes, is told so before its next write: each write asks first, and an answer that is old is asked
//   for again. What is not guaranteed: a process that is stopped between that answer and its write still writes this one when it wakes. So what is
//   written under a lease must be harmless when two write it: findings have the same ids and rows whoever makes them, of checkpoints the latest counts.
// - All of it is true of one server. Over replicas it needs reads that see the last write: docs/scaling.md.
import { setTimeout as wait } from "node:timers/promises";
import { leaseClaims } from "../queries/lease-claims.ts";
import { pause } from "../runtime/pause.ts";
import { retryTransient } from "../runtime/retry.ts";
import type { RowTable, Store } from "../storage/store.ts";
import { processName } from "./process-name.ts";

export interface LeaseOptions {
  readonly store: Store;
  /** What is held. */
  readonly name: string;
  /** How long a process may say nothing before another takes over. Default: 30 s. */
  readonly leaseMs?: number;
  /** Told when somebody else holds it. */
  readonly onWaiting?: (holder: string) => void;
}

/** Another process holds the lease, or nobody does. */
class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

const usualLeaseMs = 30_000;
const fencedTables: ReadonlySet<RowTable> = new Set(["findings", "detection_checkpoints", "deliveries", "alert_sinks"]);

interface Standing {
  /** The fence to claim with next. */
  readonly nextFence: number;
  /** Empty where nobody holds it. */
  readonly holder: string;
  readonly fence: number;
}

export class Lease {
  readonly #store: Store;
  readonly #name: string;
  readonly #leaseMs: number;
  readonly #holder = processName();
  #fence = 0;

  constructor({ store, name, leaseMs = usualLeaseMs }: LeaseOptions) {
    this.#store = store;
    this.#name = name;
    this.#leaseMs = leaseMs;
  }

  get fence(): number {
    return this.#fence;
  }

  /** Who holds it now: empty where it is ours since now. Claims it where nobody does. */
  async claim(): Promise<string> {
    const { nextFence, holder, fence } = await this.#look();
    // A claim of ours was written, and then the store did not answer.
    if (holder === this.#holder) this.#fence = fence;
    if (holder !== "") return holder === this.#holder ? "" : holder;
    await this.#write(nextFence, false);
    const after = await this.#look();
    this.#fence = after.holder === this.#holder ? after.fence : 0;
    return after.holder === this.#holder ? "" : after.holder || "several at once";
  }

  /** Whether it is ours, now. @throws TransientError where the store cannot say. */
  async isHeld(): Promise<boolean> {
    for (;;) {
      const askedMs = performance.now();
      const { holder, fence } = await this.#look();
      if (holder !== this.#holder || fence !== this.#fence) return false;
      // An answer that lay here while we were stopped says nothing of now.
      if (performance.now() - askedMs < this.#leaseMs / 3) return true;
    }
  }

  /** @throws LeaseLostError where it is not ours any more; TransientError where the store cannot say. */
  async check(): Promise<void> {
    if (!(await this.isHeld())) throw new LeaseLostError(`the lease ${this.#name} is not held any more`);
  }

  /** As `check`, and counts from now on. */
  async renew(): Promise<void> {
    await this.check();
    await this.#write(this.#fence, false);
  }

  async release(): Promise<void> {
    if (this.#fence > 0) await this.#write(this.#fence, true);
    this.#fence = 0;
  }

  async #look(): Promise<Standing> {
    const claims = await this.#store.query(leaseClaims, { name: this.#name, lease_ms: this.#leaseMs });
    const [first] = claims;
    if (first === undefined) return { nextFence: 1, holder: "", fence: 0 };
    const isHeld = claims.length === 1 && !first.is_released && !first.is_over;
    return { nextFence: first.fence + 1, holder: isHeld ? first.holder : "", fence: first.fence };
  }

  async #write(fence: number, isReleased: boolean): Promise<void> {
    await this.#store.insertRows("leases", [{ name: this.#name, fence, holder: this.#holder, is_released: isReleased }]);
  }
}

/** What runs under a lease: over a store that refuses findings, checkpoints and deliveries once the lease is lost, until `signal` says that it is. */
export type UnderLease = (fenced: Store, signal: AbortSignal, lease: Lease) => Promise<void>;

/**
 * Waits for the lease and runs what needs it, again each time that it was lost, until the signal is raised; gives it back then.
 * @throws what `run` fails with, but for the loss of the lease; the lease is given back first.
 */
export async function underLease(options: LeaseOptions, signal: AbortSignal, run: UnderLease): Promise<void> {
  const { store, leaseMs = usualLeaseMs, onWaiting } = options;
  while (!signal.aborted) {
    const lease = new Lease(options);
    const holder = await retryTransient(() => lease.claim(), { signal });
    if (holder !== "") {
      onWaiting?.(holder);
      // Two that claimed at once meet again, unless they wait for different times.
      await pause((leaseMs / 3) * (0.5 + Math.random()), signal);
      continue;
    }
    const held = new AbortController();
    const running = run(fenced(store, lease), AbortSignal.any([signal, held.signal]), lease);
    const renewing = renew(lease, leaseMs, held);
    try {
      await running;
    } catch (error) {
      if (!(error instanceof LeaseLostError) && !held.signal.aborted) throw error;
    } finally {
      held.abort();
      await renewing;
      // Where that fails too, others wait for its end.
      await lease.release().catch(() => undefined);
    }
  }
}

/** Until it is lost, or what runs under it has ended; both raise `held`. */
async function renew(lease: Lease, leaseMs: number, held: AbortController): Promise<void> {
  while (!held.signal.aborted) {
    try {
      await wait(leaseMs / 3, undefined, { signal: held.signal });
      await lease.renew();
    } catch (error) {
      // A store that does not answer takes no writes either: what is refused there is tried again.
      if (error instanceof LeaseLostError) held.abort();
    }
  }
}

function fenced(store: Store, lease: Lease): Store {
  return {
    location: store.location,
    migrate: () => store.migrate(),
    insertActions: (block) => store.insertActions(block),
    insertRecords: (block) => store.insertRecords(block),
    insertRows: async (table, rows) => {
      if (fencedTables.has(table)) await lease.check();
      await store.insertRows(table, rows);
    },
    query: (query, parameters) => store.query(query, parameters),
    queryText: (sql, format) => store.queryText(sql, format),
    compact: () => store.compact(),
    close: () => store.close(),
  };
}
