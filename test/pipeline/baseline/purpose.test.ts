// The sentence that says what an identity is for: only what its records show, also where there are few or none.
import { expect, test } from "vitest";
import { type Deeds, purposeOf } from "../../../pipeline/baseline/purpose.ts";
import { rhythmOf } from "../../../pipeline/baseline/rhythm.ts";

const dayMs = 86_400_000;
const firstMs = Date.UTC(2026, 9, 12, 2, 30);
const backup: Deeds = {
  name: "backup-agent",
  provider: "aws",
  principalType: "iam-user",
  workloadTypes: ["on-prem-service"],
  actions: [
    { value: "s3:PutObject", days: 28 },
    { value: "s3:ListObjects", days: 28 },
    { value: "sts:GetCallerIdentity", days: 2 },
  ],
  events: 600,
  eventsByActivity: { "data-write": 500, read: 98, auth: 2 },
  rhythm: rhythmOf(
    [
      { value: "2", days: 20 },
      { value: "26", days: 8 },
    ],
    20,
    8,
  ),
  firstMs,
  lastMs: firstMs + 27 * dayMs,
  networks: 1,
  network: "internet 203.0.113.0/24",
  agents: 2,
  agent: "restic/0",
};

test.each([
  [
    {},
    "backup-agent (aws iam-user, runs as on-prem-service) writes data of s3 and 1 more service, every day, 02:00 to 03:00 UTC, from internet 203.0.113.0/24 with 2 tools.",
  ],
  [
    { eventsByActivity: { "data-write": 300, read: 300 }, workloadTypes: [], networks: 0, agents: 0, actions: [{ value: "s3:PutObject", days: 28 }] },
    "backup-agent (aws iam-user) writes data of and looks up s3, every day, 02:00 to 03:00 UTC.",
  ],
  [{ events: 1 }, "backup-agent (aws iam-user, runs as on-prem-service) was seen once, on 2026-10-12 02:30 UTC: s3:PutObject."],
  [{ events: 0, actions: [] }, "backup-agent (aws iam-user, runs as on-prem-service) did nothing of its own: other records name it."],
])("%#", (more, sentence) => {
  expect(purposeOf({ ...backup, ...more })).toBe(sentence);
});
