// The outside judge of the fault suite: hands out events, remembers which source took them and what befell it then, and in the end holds every
// table against those of a store that got each event once, in order, with nothing going wrong.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openStore } from "../../pipeline/build.ts";
import { loadConfig } from "../../pipeline/config.ts";
import { scan } from "../../pipeline/scan.ts";
import type { Store } from "../../storage/store.ts";
import { type TableDigest, tableDigest } from "../storage/table-digest.ts";

/** Tables that hold what events say; the others hold how they came. */
const judged = ["actions", "records", "identities", "credentials", "lineage", "behaviour", "activity_hourly", "completions"] as const;

/** Events, in the order in which they were handed out. */
export interface Verdict {
  readonly events: readonly HandedOut[];
  readonly missing: readonly HandedOut[];
  /** Counted twice or more. */
  readonly doubled: readonly HandedOut[];
  readonly invented: readonly string[];
  /** Tables that do not hold what they would if each event had come once. */
  readonly differing: readonly string[];
}

export interface HandedOut {
  readonly uid: string;
  readonly source: string;
  /** The fault that befell meanwhile. */
  readonly during: string;
}
/** Event number `number`, always the same: of one of seven machines, in one of some forty hours of two months. */
function eventOf(number: number): string {
  const machine = number % 7;
  const time = new Date(Date.UTC(2026, 9, 31, 12 + (number % 41), number % 60, number % 59));
  return JSON.stringify({
    eventVersion: "1.11",
    userIdentity: {
      type: "AssumedRole",
      principalId: `AROAEXAMPLE${machine}:run`,
      arn: `arn:aws:sts::111122223333:assumed-role/machine-${machine}/run-${number % 13}`,
      accountId: "111122223333",
      accessKeyId: `ASIAEXAMPLE${machine}${number % 13}`,
      sessionContext: {
        sessionIssuer: {
          type: "Role",
          principalId: `AROAEXAMPLE${machine}`,
          arn: `arn:aws:iam::111122223333:role/machine-${machine}`,
          accountId: "111122223333",
          userName: `machine-${machine}`,
        },
        attributes: { creationDate: "2026-10-31T11:00:00Z", mfaAuthenticated: "false" },
      },
    },
    eventTime: time.toISOString().replace(".000", ""),
    eventSource: "s3.amazonaws.com",
    eventName: ["GetObject", "PutObject", "ListObjects"][number % 3],
    awsRegion: "eu-west-1",
    sourceIPAddress: `198.51.100.${number % 5}`,
    userAgent: "aws-sdk-go/1.44.0",
    requestParameters: { bucketName: `bucket-${number % 11}` },
    requestID: `request-${number}`,
    eventID: `event-${number}`,
    readOnly: number % 3 !== 1,
    eventType: "AwsApiCall",
    recipientAccountId: "111122223333",
    ...(number % 17 === 0 && { errorCode: "AccessDenied" }),
  });
}

export type WithStore = <Result>(use: (store: Store) => Promise<Result>) => Promise<Result>;

export class Oracle {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "machinetrail-oracle-"));
  readonly #openCalm: (events: number) => Promise<Store>;
  readonly #handedOut: HandedOut[] = [];
  readonly #sources = new Map<string, string>();

  /** `openCalm`: an empty, migrated store on an engine of the same kind. */
  constructor(openCalm: (events: number) => Promise<Store>) {
    this.#openCalm = openCalm;
  }

  get events(): number {
    return this.#handedOut.length;
  }

  /** Records that nobody got before. Whoever asks hands all of them to the source. */
  handOut(records: number, source: string, during: string): string[] {
    return Array.from({ length: records }, () => {
      const number = this.#handedOut.length;
      const uid = `event-${number}`;
      this.#handedOut.push({ uid, source, during });
      this.#sources.set(uid, source);
      return eventOf(number);
    });
  }

  sourceOf(uid: string): string | undefined {
    return this.#sources.get(uid);
  }

  /** Of all events that were handed out. The store is asked for once the calm one is closed: a process holds one embedded store at a time. */
  async judge(withStore: WithStore): Promise<Verdict> {
    const calm = await this.#calmDigest();
    const [uids, found] = await withStore(async (store) => [await eventUids(store), await tableDigest(store)] as const);
    const times = new Map<string, number>();
    for (const uid of uids) times.set(uid, (times.get(uid) ?? 0) + 1);
    return {
      events: [...this.#handedOut],
      missing: this.#handedOut.filter(({ uid }) => !times.has(uid)),
      doubled: this.#handedOut.filter(({ uid }) => (times.get(uid) ?? 0) > 1),
      invented: [...times.keys()].filter((uid) => !this.#sources.has(uid)),
      differing: judged.filter((table) => calm[table] !== found[table]),
    };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #calmDigest(): Promise<TableDigest> {
    const file = path.join(this.#folder, `${this.events}.json`);
    writeFileSync(file, this.#handedOut.map((_, number) => `${eventOf(number)}\n`).join(""));
    const store = await this.#openCalm(this.events);
    const config = loadConfig({ environment: { HOME: this.#folder }, workingFolder: this.#folder, platform: process.platform, store: this.#folder });
    await scan({ store, config, paths: [file], signal: new AbortController().signal });
    const digest = await tableDigest(store);
    await store.close();
    return digest;
  }
}
async function eventUids(store: Store): Promise<string[]> {
  const bytes = await store.queryText("SELECT event_uid FROM actions FINAL", "JSONEachRow");
  const lines = Buffer.from(bytes).toString().split("\n").filter(Boolean);
  return lines.map((line) => (JSON.parse(line) as { event_uid: string }).event_uid);
}

/** Opened and migrated. */
export function openServerDatabase(url: string, database: string): Promise<Store> {
  return openStore({ kind: "server", url, user: "default", password: "", database });
}
