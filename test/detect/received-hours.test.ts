// Rows of detection's question as they are kept: nothing of what the store answered is lost or moved to another field.
import { expect, test } from "vitest";
import type { AsOfView } from "../../detect/alert-source.ts";
import type { IdentityHour } from "../../detect/evidence.ts";
import { receivedHours } from "../../detect/received-hours.ts";

const bare: IdentityHour = {
  identity_uid: "service-1",
  moment_ms: 60_000,
  hour: 0,
  provider: "aws",
  principal_type: "iam-role",
  workload_types: [],
  events: 1,
  denied: 2,
  reads: 3,
  writes: 4,
  admin: 5,
  secret_reads: 6,
  issued: 7,
  deeds: [],
  uses: [],
  busy: [],
  holders: [],
  desks: [],
  typed: [],
  handed_out: [],
  issue_dates: [],
  pod_addresses: [],
  things: [],
  places: [],
  issuers: [],
  targets: [],
};

const full: IdentityHour = {
  ...bare,
  workload_types: ["ec2-instance", "lambda"],
  deeds: [["s3:GetObject", "read", "success"]],
  uses: [["credential", "static", "private", "aws-cli", 17]],
  busy: [[17, 3]],
  holders: [["credential", "instance"]],
  desks: [["credential", "network", "desk"]],
  typed: [5, 6],
  handed_out: [["issued", "target", "sts-session"]],
  issue_dates: [["credential", 1_000]],
  pod_addresses: [["credential", "10.0.0.1"]],
  things: [
    ["bucket/*", "bucket"],
    ["bucket", "bucket/*"],
  ],
  places: [["account", "region"]],
  issuers: ["issuer"],
  targets: ["target", "issuer"],
};

/** As an as-of view answers: identity after identity. */
function viewOf(rows: readonly IdentityHour[]): AsOfView {
  return { asOfMs: 0, query: async ({ row }) => rows.map((each) => row.parse(structuredClone(each))) };
}

const reception = { fromMs: 0, toMs: 120_000, stepMs: 60_000 };

test("what was received comes moment by moment and identity by identity, each hour as the store answered it, and is counted", async () => {
  const [late, early, next, other] = [{ ...full, moment_ms: 120_000 }, bare, { ...full, hour: 1, events: 4 }, { ...full, identity_uid: "service-2" }];
  const { parts, rows, events } = await receivedHours(viewOf([early, next, late, other]), reception);
  expect(parts.map(({ identityUid, momentMs, hours }) => [identityUid, momentMs, hours])).toEqual([
    ["service-1", 60_000, [early, next]],
    ["service-2", 60_000, [other]],
    ["service-1", 120_000, [late]],
  ]);
  expect(rows).toBe(4);
  expect([...events]).toEqual([
    [60_000, 6],
    [120_000, 1],
  ]);
});

test("nothing received is nothing", async () => {
  expect(await receivedHours(viewOf([]), reception)).toEqual({ parts: [], rows: 0, events: new Map() });
});
