// What Prometheus is told: the figures of the status as they stand, under names that its conventions allow, and never more series than are bounded.
import { expect, test } from "vitest";
import { emptyCounts } from "../../pipeline/ingest-messages.ts";
import type { LiveStatus } from "../../pipeline/live.ts";
import { Metrics } from "../../pipeline/metrics.ts";
import { liveStatus, sourceStatus } from "./live-status.ts";

const metrics = (status: () => LiveStatus, isStoreReady = true) =>
  new Metrics({
    version: "1.2.3",
    status,
    store: async () => ({ part: "store", isReady: isStoreReady, state: "", detail: "" }),
    spools: async () => new Map(),
  });
const lines = (text: string, name: string) => text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));

test("records, reasons, lag, gaps, times and state of each source, and detection's, are told as they stand at each asking", async () => {
  let records = 10;
  const told = metrics(() =>
    liveStatus({
      sources: [
        sourceStatus({
          ...{ id: "a", type: "kafka", restarts: 2, gapsTold: 3, lastRecordMs: 5000, lag: new Map([["t/0", 4]]).set("t/1", 5) },
          counts: { ...emptyCounts(), records, stored: 7, bytesRead: 900, ignored: { "no action": 1 }, rejected: { "not JSON": 2 } },
        }),
      ],
      detection: { lastTickMs: 60_000, tickDurationMs: 250, findings: 6 },
    }),
  );
  await told.text();
  records = 12;
  const text = await told.text();
  for (const line of [
    'machinetrail_source_records_total{source="a"} 12',
    'machinetrail_source_stored_records_total{source="a"} 7',
    'machinetrail_source_read_bytes_total{source="a"} 900',
    'machinetrail_source_ignored_records_total{source="a",reason="no action"} 1',
    'machinetrail_source_rejected_records_total{source="a",reason="not JSON"} 2',
    'machinetrail_source_restarts_total{source="a"} 2',
    'machinetrail_source_gaps_total{source="a"} 3',
    'machinetrail_source_lag_records{source="a"} 9',
    'machinetrail_source_partition_lag_records{source="a",partition="t/0"} 4',
    'machinetrail_source_last_record_timestamp_seconds{source="a"} 5',
    'machinetrail_source_state{source="a",type="kafka",state="ready"} 1',
    'machinetrail_source_state{source="a",type="kafka",state="failing"} 0',
    "machinetrail_detection_last_tick_timestamp_seconds 60",
    "machinetrail_detection_last_tick_duration_seconds 0.25",
    "machinetrail_detection_findings_total 6",
    "machinetrail_store_up 1",
    'machinetrail_build_info{version="1.2.3"} 1',
  ])
    expect(text.split("\n")).toContain(line);
  // What never happened has no time.
  expect(lines(text, "machinetrail_source_last_stored_timestamp_seconds")).toEqual([]);
  for (const name of ["nodejs_eventloop_lag_p99_seconds", "process_resident_memory_bytes"]) expect(lines(text, name), name).toHaveLength(1);
});

test("a source that was taken out of the configuration leaves no series behind, and a store that does not answer is down", async () => {
  let sources = [sourceStatus({ id: "a" }), sourceStatus({ id: "b" })];
  const told = metrics(() => liveStatus({ sources }), false);
  expect(await told.text()).toContain('source="b"');
  sources = sources.slice(0, 1);
  const text = await told.text();
  expect(text).not.toContain('source="b"');
  expect(text.split("\n")).toContain("machinetrail_store_up 0");
});

test("reasons and partitions without end, or with line breaks and quotes in them, make a bounded number of whole series, and the sum stays right", async () => {
  let asked = 0;
  const told = metrics(() => {
    asked++;
    const hostile = Array.from({ length: 2000 }, (_, index) => `"} 1\nmachinetrail_forged ${asked}-${index} \u202e${"x".repeat(500)}`);
    const counts = { ...emptyCounts(), rejected: Object.fromEntries(hostile.map((reason) => [reason, 1])) };
    return liveStatus({ sources: [sourceStatus({ counts, lag: new Map(hostile.map((partition) => [partition, 1])) })] });
  });
  await told.text();
  await told.text();
  const text = await told.text();
  const rejected = lines(text, "machinetrail_source_rejected_records_total");
  expect(rejected.length).toBeLessThanOrEqual(51);
  expect(rejected.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0)).toBe(2000);
  expect(lines(text, "machinetrail_source_partition_lag_records").length).toBeLessThanOrEqual(257);
  expect(lines(text, "machinetrail_source_lag_records")).toEqual(['machinetrail_source_lag_records{source="audit"} 2000']);
  expect(lines(text, "machinetrail_forged")).toEqual([]);
  expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThan(400);
});

test("every name of ours keeps to Prometheus' conventions: our prefix, base units, totals for counters only", async () => {
  const text = await metrics(() => liveStatus({ sources: [sourceStatus({})] })).text();
  const types = [...text.matchAll(/^# TYPE (machinetrail_\w+) (\w+)$/gm)];
  expect(types.length).toBeGreaterThan(15);
  for (const [, name = "", type] of types) {
    expect(name).toMatch(/^machinetrail_[a-z][a-z_]*[a-z]$/);
    expect(name.endsWith("_total"), name).toBe(type === "counter");
    expect(name).not.toMatch(/_(ms|milliseconds|minutes|kb|mb)(_|$)/);
  }
});
