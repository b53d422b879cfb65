// Real records, read by the normal path and judged without any past: what is certain is found by name, and a benign account is left alone. Skipped
// where the records are not there.
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { evidenceStore } from "../../bench/detection/evidence-store.ts";
import type { Told } from "../../detect/alert-collapse.ts";
import { asOfView } from "../../detect/as-of-view.ts";
import { detectors } from "../../detect/detectors/registry.ts";
import { watchedDays } from "../../detect/watched-days.ts";
import type { ReceivedAt } from "../../pipeline/ingest-messages.ts";

const samples = path.join(import.meta.dirname, "../../../shared/samples/aws");
const areThere = existsSync(samples);

/** What detection tells of a file. The benchmark's store, because by their own clock records of years ago are beyond retention. */
async function toldOf(file: string, receivedAt: ReceivedAt): Promise<Told[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-real-"));
  const logs = path.join(folder, "logs");
  mkdirSync(logs);
  symlinkSync(path.join(samples, file), path.join(logs, file));
  const { store, summary } = await evidenceStore(folder, logs, receivedAt);
  try {
    expect(summary.stored).toBeGreaterThan(100);
    const told: Told[] = [];
    const toMs = Date.UTC(2100, 0);
    for await (const day of watchedDays(asOfView(store, toMs), { detectors, budget: 10 }, { toMs })) {
      told.push(...day.told);
      if (day.day > 10) break;
    }
    return told.filter(({ isNews, isRevision }) => isNews && !isRevision);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.skipIf(!areThere)(`real records${areThere ? "" : `: skipped, there are none in ${samples}`}`, () => {
  test.each<ReceivedAt>(["now", "event-time"])(
    "stolen instance credentials are found by name, and nothing else, in half an hour without any past, received %s",
    async (receivedAt) => {
      const told = await toldOf("otrf-ec2_proxy.jsonl", receivedAt);
      expect(told.map(({ raised }) => [raised.window.identityUid, raised.reasons[0]?.detector.id])).toEqual([
        ["arn:aws:iam::123456789123:role/MordorNginxStack-BankingWAFRole-9S3E0UAE1MM0", "workload-elsewhere"],
      ]);
      expect(told[0]?.raised.reasons[0]?.observed).toMatch(/^session ASIA\w+ of i-0317f6c6b66ae9c40 presented by aws-cli\/1 of somebody's desk/);
    },
  );

  test.each<ReceivedAt>(["now", "event-time"])(
    "five minutes of a benign account of thirty identities raise nothing, received %s",
    async (receivedAt) => {
      expect(await toldOf("opensearch_catalog-samples-large.jsonl", receivedAt)).toEqual([]);
    },
  );
});
