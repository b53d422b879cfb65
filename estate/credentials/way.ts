// How a machine holds a credential: given a moment, what it presents then. A way opens a new session when the last has run out, and
// writes the call that opened it. It stands alone because attacks and rotations treat all kinds of credentials alike.
import { Emitter } from "../hour.ts";
import type { Access, Act, AwsAccess, AzureAccess, GcpAccess, Identity, KubernetesAccess } from "../identity.ts";
import type { Random } from "../random.ts";

export type WayKind =
  /** Until someone deletes it: access key, service-account key, client secret. */
  | "static-key"
  /** Delivered by the platform it runs on: instance, function, pod, managed identity. */
  | "platform-session"
  /** Handed out by another identity: AssumeRole, impersonation. */
  | "delegated-session"
  /** For a token of another issuer: OIDC. */
  | "federated-session"
  /** A person signed in. */
  | "person";

/** One credential and the time in which it is good. */
interface Span<Presents extends Access> {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly access: Presents;
}

const mostKept = 6;

/** Opens a session that is good at `atMs`. `random` is this session's own: who asks for it, and in which order, must not show. */
type Opening<Presents extends Access> = (atMs: number, emitter: Emitter, random: Random) => { access: Presents; lastsMs: number };

/** A lasting change of what a machine presents: another agent, another address, another secret. */
export interface Amendment {
  readonly fromMs: number;
  presented?<Presents extends Access>(access: Presents): Presents;
  /** Of the calls that open its sessions. */
  opening?(act: Act): Act;
}

export class Way<Presents extends Access = Access> {
  readonly identity: Identity;
  readonly kind: WayKind;
  readonly #open: Opening<Presents>;
  readonly #random: Random;
  #spans: Span<Presents>[] = [];
  readonly #amendments: Amendment[] = [];

  constructor(random: Random, identity: Identity, kind: WayKind, open: Opening<Presents>) {
    this.identity = identity;
    this.kind = kind;
    this.#open = (atMs, emitter, session) => this.#opened(open, atMs, emitter, session);
    this.#random = random.fork(`way ${random.hex(8)}`);
  }

  /** What it presents at that moment. Where a session must be opened first, that is written into `emitter`, just before. */
  at(atMs: number, emitter: Emitter): Presents {
    const known = this.current(atMs);
    if (known !== undefined) return known;
    const { access, lastsMs } = this.#open(atMs, emitter, this.#random.fork(`session ${atMs}`));
    this.#keep({ fromMs: atMs, untilMs: atMs + lastsMs, access });
    return access;
  }

  /** The same, where a session is open already: what a thief finds. */
  current(atMs: number): Presents | undefined {
    const span = this.#spans.find(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs);
    return span === undefined ? undefined : this.#amended(span.access, span.fromMs, atMs);
  }

  /** From a moment on, whatever it presents and however it opens sessions is changed so. */
  amend(amendment: Amendment): void {
    this.#amendments.push(amendment);
    this.#amendments.sort((left, right) => left.fromMs - right.fromMs);
  }

  /** A session beside the machine's own, which the machine never presents: what whoever sits where it sits can have. */
  beside(atMs: number, emitter: Emitter): { readonly access: Presents; readonly untilMs: number } {
    const { access, lastsMs } = this.#open(atMs, emitter, this.#random.fork(`beside ${atMs}`));
    return { access, untilMs: atMs + lastsMs };
  }

  /** From then on it presents this: a rotation. */
  replace(access: Presents, fromMs: number): void {
    this.#spans = this.#spans.map((span) => ({ ...span, untilMs: Math.min(span.untilMs, fromMs) }));
    this.#keep({ fromMs, untilMs: Number.POSITIVE_INFINITY, access });
  }

  /** The next use opens a new session: a restart, a new node, a new function instance. */
  end(atMs: number): void {
    this.#spans = this.#spans.map((span) => ({ ...span, untilMs: Math.min(span.untilMs, atMs) }));
  }

  #opened(open: Opening<Presents>, atMs: number, emitter: Emitter, session: Random): { access: Presents; lastsMs: number } {
    const inForce = this.#amendments.filter(({ fromMs }) => fromMs <= atMs);
    if (inForce.length === 0) return open(atMs, emitter, session);
    const calls = new Emitter();
    const { access, lastsMs } = open(atMs, calls, session);
    for (const act of calls.acts) emitter.again(inForce.reduce((changed, { opening }) => opening?.(changed) ?? changed, act));
    return { access: this.#amended(access, Number.NEGATIVE_INFINITY, atMs), lastsMs };
  }

  /** By what came into force after one moment and up to another. */
  #amended(access: Presents, afterMs: number, untilMs: number): Presents {
    let changed = access;
    for (const { fromMs, presented } of this.#amendments) if (fromMs > afterMs && fromMs <= untilMs) changed = presented?.(changed) ?? changed;
    return changed;
  }

  #keep(span: Span<Presents>): void {
    this.#spans = [span, ...this.#spans].slice(0, mostKept);
  }
}

export type AnyWay = Way<AwsAccess> | Way<AzureAccess> | Way<GcpAccess> | Way<KubernetesAccess>;

export function isAwsWay(way: AnyWay): way is Way<AwsAccess> {
  return way.identity.provider === "aws";
}

export function isAzureWay(way: AnyWay): way is Way<AzureAccess> {
  return way.identity.provider === "azure";
}

export function isGcpWay(way: AnyWay): way is Way<GcpAccess> {
  return way.identity.provider === "gcp";
}

export function isKubernetesWay(way: AnyWay): way is Way<KubernetesAccess> {
  return way.identity.provider === "kubernetes";
}
