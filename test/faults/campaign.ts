// One campaign: a source is fed while one fault after the other befalls the program or its store; after each all that the source took must be
// stored, and in the end the oracle judges every table.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Store } from "../../storage/store.ts";
import type { ClickHouseProxy, Passing } from "../stand-ins/clickhouse-proxy.ts";
import type { Feed } from "./feeds.ts";
import { eventOf } from "./oracle.ts";
import { Served } from "./served.ts";

interface Struck {
  readonly served: Served;
  readonly proxy: ClickHouseProxy;
  /** Feeds some more events. */
  readonly feed: (events: number) => Promise<void>;
}

export interface Fault {
  readonly name: string;
  /** Rows were stored and not acknowledged: the campaign goes on once they have come again. */
  readonly mustRedeliver?: boolean;
  /** Befalls while events are fed; resolves once it is over and the program runs, or starts, again. */
  strike(struck: Struck): Promise<void>;
}

export interface FaultReport {
  readonly fault: string;
  readonly events: number;
  /** Deliveries of a row beyond its first that the store took meanwhile. */
  readonly redelivered: number;
}

export interface Campaign {
  readonly reports: readonly FaultReport[];
  readonly events: number;
  readonly kills: number;
  readonly log: string;
}

const eventsABatch = 12;
const usualCatchUpMs = 60_000;

/** @throws Error when what was fed is not stored a minute after a fault. */
export async function runCampaign(options: {
  readonly folder: string;
  readonly feed: Feed;
  readonly proxy: ClickHouseProxy;
  readonly database: string;
  readonly faults: readonly Fault[];
  /** A store beside the proxy, to look at what is stored. */
  readonly store: Store;
  readonly catchUpMs?: number;
}): Promise<Campaign> {
  const { folder, feed, proxy, database, faults, store, catchUpMs = usualCatchUpMs } = options;
  mkdirSync(folder, { recursive: true });
  const config = path.join(folder, "config.yaml");
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ store: { location: `${proxy.url}/${database}` }, ...feed.config }));
  const served = new Served(config, { HOME: folder, ...feed.environment });
  let fed = 0;
  const more = async (events: number) => {
    for (const end = fed + events; fed < end; ) {
      const records = Array.from({ length: Math.min(eventsABatch, end - fed) }, () => eventOf(fed++));
      await feed.publish(records);
    }
  };
  const reports: FaultReport[] = [];
  served.start();
  try {
    let taken = proxy.actionsTaken;
    for (const fault of faults) {
      const before = fed;
      await more(eventsABatch);
      await fault.strike({ served, proxy, feed: more });
      proxy.rule = undefined;
      await more(eventsABatch);
      const what = `${database}: ${fault.name}`;
      await untilStored(store, fed, what, served, catchUpMs);
      if (fault.mustRedeliver === true) await untilTaken(proxy, taken + fed - before + 1, what, served);
      const [now, events] = [proxy.actionsTaken, fed - before];
      reports.push({ fault: fault.name, events, redelivered: Math.max(0, now - taken - events) });
      taken = now;
    }
  } finally {
    proxy.rule = undefined;
    await served.stop();
  }
  return { reports, events: fed, kills: served.kills, log: served.log };
}

async function untilStored(store: Store, events: number, what: string, served: Served, catchUpMs: number): Promise<void> {
  let stored = 0;
  for (const deadlineMs = Date.now() + catchUpMs; Date.now() < deadlineMs; await wait(50)) {
    const bytes = await store.queryText("SELECT uniqExact(event_uid) AS events FROM actions", "JSONEachRow");
    stored = (JSON.parse(Buffer.from(bytes).toString()) as { events: number }).events;
    if (stored >= events) return;
  }
  throw new Error(`${what}: ${stored} of ${events} events are stored after ${catchUpMs / 1000} s\n${served.log.slice(-3000)}`);
}

async function untilTaken(proxy: ClickHouseProxy, rows: number, what: string, served: Served): Promise<void> {
  for (const deadlineMs = Date.now() + usualCatchUpMs; Date.now() < deadlineMs; await wait(50)) if (proxy.actionsTaken >= rows) return;
  throw new Error(`${what}: what was not acknowledged did not come again within ${usualCatchUpMs / 1000} s\n${served.log.slice(-3000)}`);
}

/** Lets all pass but the next statement that begins so: that one is met once. */
function meetNext(proxy: ClickHouseProxy, begins: string, meet: (passing: Passing) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let isMet = false;
    proxy.rule = async (passing) => {
      if (isMet || !passing.statement.startsWith(begins)) {
        await passing.forward();
        return passing.answer();
      }
      isMet = true;
      await meet(passing).then(resolve, reject);
    };
  });
}

/** Killed at a point that the statements to the store name. */
export function killedAt(name: string, begins: string, when: "before" | "after"): Fault {
  return {
    name: `kill -9 ${name}`,
    mustRedeliver: begins === "INSERT INTO actions" && when === "after",
    strike: async ({ served, proxy, feed }) => {
      const met = meetNext(proxy, begins, async (passing) => {
        if (when === "after") await passing.forward();
        await served.kill();
        passing.drop();
      });
      await feed(24);
      await met;
    },
  };
}

export const killedAtStart: Fault = {
  name: "kill -9 in a migration at start",
  strike: async ({ served, proxy }) => {
    const met = meetNext(proxy, "CREATE", async (passing) => {
      await served.kill();
      passing.drop();
    });
    await served.kill();
    await met;
  },
};

export function killedAtRandom(times: number): Fault {
  return {
    name: `kill -9 at random, ${times} times`,
    strike: async ({ served, feed }) => {
      for (let kill = 0; kill < times; kill++) {
        await feed(6);
        await wait(Math.random() * 1500);
        await feed(6);
        await served.kill();
      }
    },
  };
}

export const frozen: Fault = {
  name: "SIGSTOP for 2 s",
  strike: async ({ served, feed }) => {
    await feed(12);
    served.freeze();
    await feed(12);
    await wait(2000);
    served.thaw();
  },
};

export const answerLost: Fault = {
  name: "the answer to an insert is lost after the rows were stored",
  strike: async ({ proxy, feed }) => {
    const met = meetNext(proxy, "INSERT INTO actions", async (passing) => {
      await passing.forward();
      passing.drop();
    });
    await feed(12);
    await met;
  },
};

export function refused(name: string, code: number, message: string): Fault {
  return {
    name,
    strike: async ({ proxy, feed }) => {
      for (let times = 0; times < 2; times++) {
        const met = meetNext(proxy, "INSERT INTO actions", async (passing) => passing.refuse(code, message));
        await feed(12);
        await met;
      }
    },
  };
}

export const slow: Fault = {
  name: "inserts that take 2 s",
  strike: async ({ proxy, feed }) => {
    const met = meetNext(proxy, "INSERT INTO actions", async (passing) => {
      await feed(24);
      await wait(2000);
      await passing.forward();
      passing.answer();
    });
    await feed(12);
    await met;
  },
};

/** What must be found out: rows that the store said it had and never got, as where the commit comes before the write. */
export const lied: Fault = {
  name: "rows acknowledged and never stored",
  strike: async ({ proxy, feed }) => {
    const met = meetNext(proxy, "INSERT INTO actions", async (passing) => passing.lie());
    await feed(12);
    await met;
  },
};
