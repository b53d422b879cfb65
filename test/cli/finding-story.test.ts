// A finding about a source reads as what it is: no identity, no odds.
import { expect, test } from "vitest";
import { findingLine, findingRow } from "../../cli/finding-report.ts";
import { storyHead, storyTail } from "../../cli/finding-story.ts";
import { gapSeen, sourceFinding } from "../../pipeline/source-finding.ts";
import { hourMs } from "../bench/evidence.ts";

const raisedMs = Date.UTC(2026, 10, 12, 9, 30);
const gap = { partition: "audit/0\u001b[2J", from: "10", to: "90", reason: "records ran out before they were read" };
const finding = sourceFinding(gapSeen({ id: "stream", type: "kafka" }, gap, raisedMs - hourMs), raisedMs);

test("it is told with what is wrong, since when it is known, how grave it is and what to check, without odds or an identity to look up", () => {
  const listed = { ...finding, state: "open" as const, state_reason: "", state_by: "", state_at_ms: 0, muted_until_ms: 0, total: 1 };
  const story = `${storyHead(listed)}\n${storyTail(finding)}`;
  expect(story).toContain("source stream (kafka): records are gone. Told at 2026-11-12 09:30");
  expect(story).toContain("records ran out before they were read");
  expect(story).toContain("Severity high, risk 80 of 100: impact 60 (records that were there cannot be had any more (60)), confidence 100.");
  expect(story).toContain("Can the span be read once more from an archive");
  expect(story).not.toMatch(/one hour in|bits|was not itself|identity '/i);
  expect(findingLine(finding)).toMatch(/new {4}[0-9a-f]{16} {2}risk 80 high {2}source stream: Records are gone: /);
  expect(findingRow(finding)).toMatchObject({ who: "source stream", why: "Records are gone", kind: "source" });
});
