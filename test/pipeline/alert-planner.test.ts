// Planning on both engines: a server refuses what the embedded engine takes.
import { expect, test } from "vitest";
import { writeFindings } from "../../pipeline/finding-writer.ts";
import { deliveriesList } from "../../queries/deliveries-list.ts";
import { findingOf } from "../queries/stored-findings.ts";
import { describeStores } from "../storage/store-profiles.ts";
import { minuteMs, settingsOf, TestSink, turnedAlerts } from "./turned-alerts.ts";

/** Deliveries of long ago run out. */
const startMs = Date.UTC(2100, 10, 3, 12);

describeStores("planning", (profile) => {
  test("many findings of identities with long names are planned, and planned again by who knows their incidents", async () => {
    const store = await profile.fresh();
    const [all, people] = [new TestSink("all"), new TestSink("people", { followUps: "graver" })];
    const settings = settingsOf({ sinks: ["all", "people"].map((id) => ({ id, type: "file", path: "/dev/null", flood_limit: 10_000 })) });
    // 800 KB of names, ten times what one field of a request may be, and quotes in them.
    const findings = (revision: number) =>
      Array.from({ length: 800 }, (_, place) =>
        findingOf({
          finding_uid: place.toString(16).padStart(16, "0"),
          identity_uid: `arn:aws:iam::111122223333:role/${place}'${"x".repeat(1_000)}`,
          ...{ revision, raised_ms: startMs - minuteMs, changed_ms: startMs - minuteMs + revision },
        }),
      );
    for (const revision of [1, 2]) {
      await writeFindings(store, findings(revision));
      await (await turnedAlerts(store, settings, [all, people], { fence: revision })).begin(startMs + revision);
    }
    const totals = async (sink: string, states: ("folded" | "pending" | "leased" | "delivered")[]) =>
      (await store.query(deliveriesList, { sink, states, limit: 1 }))[0]?.total ?? 0;
    expect([await totals("all", ["folded"]), await totals("people", ["folded"])]).toEqual([0, 800]);
    expect(await totals("all", ["pending", "leased", "delivered"])).toBe(1_600);
    await store.close();
  });
});
