// What befalls in a campaign. Each fault meets every source that it can.
import { setTimeout as wait } from "node:timers/promises";
import { readMigrations } from "../../storage/migrations.ts";
import { type Campaign, type Fault, letThrough, type Meeting, patienceMs } from "./campaign.ts";
import { pubSubLeaseSeconds } from "./feeds.ts";

type When = "before" | "after";

const rowsOf = (begins: Meeting["begins"], campaign: Campaign, count?: number): Meeting => ({
  begins,
  sources: campaign.sources,
  ...(count !== undefined && { count }),
});
const recordsOf = (campaign: Campaign, count?: number) => rowsOf("INSERT INTO records", campaign, count);
const actionsOf = (campaign: Campaign, count?: number) => rowsOf("INSERT INTO actions", campaign, count);

/** Holds a statement of each, before the server has it or before the program hears that it has, and kills. */
async function killAt(campaign: Campaign, meeting: Meeting, when: When): Promise<void> {
  const { promise: dead, resolve: die } = Promise.withResolvers<void>();
  const { count = meeting.sources.length } = meeting;
  let held = 0;
  await campaign.meet(meeting, async (passing) => {
    if (when === "after") await passing.forward();
    if (++held === count) {
      await campaign.kill();
      die();
    }
    await dead;
    passing.drop();
  });
}

/** A new database; in each half of its migrations a statement is met, before it is done or before the program hears of it. */
export const killedInMigrations: Fault = {
  name: "kill -9 in migrations of a new database, twice",
  strike: async (campaign) => {
    const statements = readMigrations().flatMap((migration) => migration.statements);
    for (const [half, when] of (["before", "after"] as const).entries()) {
      const begins = statements[Math.floor(((half + campaign.random()) * statements.length) / 2)] ?? "";
      await campaign.meetStatement(begins, async (passing) => {
        if (when === "after") await passing.forward();
        await campaign.kill();
        passing.drop();
      });
    }
    await campaign.untilInserted();
  },
};

type Kill = (campaign: Campaign, firstInsertMs: number) => Promise<void>;

const killAtAge = async (campaign: Campaign, ageMs: number): Promise<void> => {
  await wait(Math.max(0, ageMs - campaign.served.ageMs));
  await campaign.kill();
};

/** Holds what is to be stored until there is something of each source; how much was read is what the program's metrics say. */
const killAfterParse = async (campaign: Campaign): Promise<void> => {
  const { promise: dead, resolve: die } = Promise.withResolvers<void>();
  const held = campaign.meet(recordsOf(campaign), async (passing) => {
    await dead;
    passing.drop();
  });
  held.catch(() => undefined);
  for (const deadlineMs = performance.now() + patienceMs; !(await campaign.hasReadOfEach()); await wait(20))
    if (performance.now() > deadlineMs) throw new Error("a source reads nothing");
  await campaign.kill();
  die();
};

const someOf = ({ random, sources }: Campaign): number => 1 + Math.floor(random() * sources.length);
const cursorsOf = ({ feeds }: Campaign): Meeting => ({
  begins: "INSERT INTO cursors",
  sources: feeds.filter(({ hasCursors }) => hasCursors === true).map(({ id }) => id),
});

const whileReading: Kill = (campaign, firstInsertMs) => killAtAge(campaign, firstInsertMs + campaign.random() * 1000);
/** Of twenty kills, beside one while reading. */
const nineteen: readonly (readonly [times: number, kill: Kill])[] = [
  [6, (campaign, firstInsertMs) => killAtAge(campaign, campaign.random() * firstInsertMs)],
  [3, whileReading],
  [2, killAfterParse],
  [1, (campaign) => killAt(campaign, recordsOf(campaign, someOf(campaign)), "before")],
  [2, (campaign) => killAt(campaign, actionsOf(campaign, someOf(campaign)), "before")],
  // Each source is caught there once at least.
  [1, (campaign) => killAt(campaign, actionsOf(campaign), "after")],
  [2, (campaign) => killAt(campaign, actionsOf(campaign, someOf(campaign)), "after")],
  [1, (campaign) => killAt(campaign, cursorsOf(campaign), "before")],
  [1, (campaign) => killAt(campaign, cursorsOf(campaign), "after")],
];

/** The first moments of a process are as likely as the second after its first insert and as statements that name a moment. */
export function killedAtRandom(times: number): Fault {
  return {
    name: `kill -9 at random, ${times} times`,
    strike: async (campaign) => {
      const { random, served } = campaign;
      // In order, since compiled code is kept at an end in order only; without it all that follows starts more slowly than in practice.
      await campaign.restart();
      let firstInsertMs = 0;
      await campaign.meet(actionsOf(campaign, 1), async (passing) => {
        firstInsertMs = served.ageMs;
        await letThrough(passing);
      });
      for (let twenty = 0; twenty < times / 20; twenty++) {
        await whileReading(campaign, firstInsertMs);
        const kills = nineteen.flatMap(([number, kill]) => Array<Kill>(number).fill(kill));
        for (const kill of shuffled(kills, random)) await kill(campaign, firstInsertMs);
      }
      await campaign.untilInserted();
    },
  };
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);
}

export const answerLost: Fault = {
  name: "the answer to an insert is lost after the rows were stored",
  strike: (campaign) =>
    campaign.meet(actionsOf(campaign), async (passing) => {
      await passing.forward();
      passing.drop();
    }),
};

export function refused(name: string, code: number, message: string): Fault {
  return {
    name,
    strike: async (campaign) => {
      for (let times = 0; times < 2; times++) await campaign.meet(actionsOf(campaign), async (passing) => passing.refuse(code, message));
    },
  };
}

export const slow: Fault = {
  name: "inserts that take 2 s",
  strike: (campaign) =>
    campaign.meet(actionsOf(campaign), async (passing) => {
      await wait(2000);
      await letThrough(passing);
    }),
};

/** While the server writes what one source gave. `kill` and `start`: of the server, over the same folder. */
export function storeKilled(kill: () => Promise<void>, start: () => Promise<void>): Fault {
  return {
    name: "ClickHouse killed while it writes, and started again",
    strike: async (campaign) => {
      await campaign.meet(actionsOf(campaign, 1), async (passing) => {
        const forwarded = passing.forward().catch(() => undefined);
        await kill();
        await forwarded;
        passing.drop();
      });
      await start();
      await campaign.untilInserted();
    },
  };
}

/**
 * Three processes share queues and topics: one is killed, another stopped for longer than the broker and the queues lend it what it holds. The third
 * takes over, and what the stopped one had in its hands when it wakes is stored and acknowledged by it too.
 */
export const sharedOut: Fault = {
  name: "three processes share; one killed, one SIGSTOPped beyond its leases",
  strike: async (campaign) => {
    const others = [campaign.sharing("second"), campaign.sharing("third")] as const;
    try {
      for (const other of others) other.start();
      for (const other of others)
        for (const deadlineMs = performance.now() + patienceMs; !other.isReading; await wait(50))
          if (performance.now() > deadlineMs) throw new Error(`another process reads nothing\n${other.log.slice(-2000)}`);
      await others[0].end();
      campaign.served.freeze();
      await wait((pubSubLeaseSeconds + 2) * 1000);
      campaign.served.thaw();
      await campaign.untilInserted();
    } finally {
      await Promise.all(others.map((other) => other.stop()));
    }
  },
};

/**
 * What must be found out: rows that the store said it had and never got. The source commits them before they are written, and they never are: as where
 * the product committed first and died in between. Twice, since a queue may hand one message over again. `sources`: of whom.
 */
export function lied(uids: Set<string>, sources: readonly string[]): Fault {
  return {
    name: "rows acknowledged and never stored",
    strike: async (campaign) => {
      for (let times = 0; times < 2; times++)
        await campaign.meet({ ...actionsOf(campaign), sources }, async (passing) => {
          for (const uid of passing.eventUids()) uids.add(uid);
          passing.lie();
        });
    },
  };
}

/** The same of records whose actions are stored: no event is missing, and what it was read from is. */
export const recordsLied: Fault = {
  name: "records acknowledged and never stored",
  strike: (campaign) => campaign.meet(recordsOf(campaign), async (passing) => passing.lie()),
};
