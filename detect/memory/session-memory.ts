// From where and with what each credential of one identity was used. Sessions of one machine stay where it is: one that is used from a
// second network has left it. It stands alone because credentials are many and short-lived, and only the last ones are kept.
import type { IdentityHour } from "../evidence.ts";
import { isPlace } from "../network-place.ts";

interface Use {
  readonly networks: Set<string>;
  readonly agents: Set<string>;
  lastHour: number;
}

const mostCredentials = 256;

type Uses = Pick<IdentityHour, "hour" | "uses">;

/** The same uses by the instance, function or pod that held the credential; those without one are left out. */
export function usedByHolder({ hour, uses, holders }: IdentityHour): Uses {
  const held = new Map(holders);
  return {
    hour,
    uses: uses.flatMap(([credential, ...use]) => {
      const holder = held.get(credential);
      return holder === undefined ? [] : [[holder, ...use] satisfies IdentityHour["uses"][number]];
    }),
  };
}

export interface Roaming {
  readonly credential: string;
  /** The place that it had not been used from. */
  readonly network: string;
  readonly before: readonly string[];
  readonly isNewAgent: boolean;
}

export interface SessionState {
  /** The first that came first. */
  readonly uses: readonly (readonly [credential: string, networks: readonly string[], agents: readonly string[], lastHour: number])[];
  readonly sessions: number;
  readonly roaming: number;
}

export class SessionMemory {
  readonly #uses = new Map<string, Use>();
  /** Credentials seen, and those of them that were used from more than one network. */
  sessions = 0;
  roaming = 0;

  static restore({ uses, sessions, roaming }: SessionState): SessionMemory {
    const memory = new SessionMemory();
    for (const [credential, networks, agents, lastHour] of uses)
      memory.#uses.set(credential, { networks: new Set(networks), agents: new Set(agents), lastHour });
    memory.sessions = sessions;
    memory.roaming = roaming;
    return memory;
  }

  get state(): SessionState {
    const uses = [...this.#uses].map(([credential, { networks, agents, lastHour }]) => [credential, [...networks], [...agents], lastHour] as const);
    return { uses, sessions: this.sessions, roaming: this.roaming };
  }

  /** Uses of known credentials from networks that they were not used from. */
  roamingIn(hours: readonly Uses[]): Roaming[] {
    const found: Roaming[] = [];
    const within = new Map<string, Set<string>>();
    for (const { uses } of hours)
      for (const [credential, , network, agent] of uses) {
        if (credential === "" || !isPlace(network)) continue;
        const known = this.#uses.get(credential);
        const places = within.get(credential) ?? new Set(known?.networks);
        within.set(credential, places);
        if (places.size > 0 && !places.has(network))
          found.push({ credential, network, before: [...places], isNewAgent: known !== undefined && agent !== "" && !known.agents.has(agent) });
        places.add(network);
      }
    return found;
  }

  learn({ hour, uses }: Uses): void {
    for (const [credential, , network, agent] of uses) {
      if (credential === "" || !isPlace(network)) continue;
      const use = this.#uses.get(credential) ?? this.#admit(credential, hour);
      if (use.networks.size === 1 && !use.networks.has(network)) this.roaming++;
      if (use.networks.size < 16) use.networks.add(network);
      if (agent !== "" && use.agents.size < 16) use.agents.add(agent);
      use.lastHour = Math.max(use.lastHour, hour);
    }
  }

  #admit(credential: string, lastHour: number): Use {
    if (this.#uses.size >= mostCredentials) {
      // The first that came is the likeliest to have run out.
      const [oldest] = this.#uses.keys();
      if (oldest !== undefined) this.#uses.delete(oldest);
    }
    const use: Use = { networks: new Set(), agents: new Set(), lastHour };
    this.#uses.set(credential, use);
    this.sessions++;
    return use;
  }
}
