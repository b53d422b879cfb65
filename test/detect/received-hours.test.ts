// Rows of detection's question as they are kept: nothing of what the store answered is lost or moved to another field.
import fc from "fast-check";
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

test("what was received comes moment by moment, each row as the store answered it", async () => {
  const [late, early, other] = [{ ...full, moment_ms: 120_000 }, bare, { ...full, identity_uid: "service-2" }];
  const rows = await receivedHours(viewOf([late, early, other]), { fromMs: 0, toMs: 120_000, stepMs: 60_000 });
  expect(rows).toEqual([early, other, late]);
});

test("entries of a list that look alike stay what they are", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "1", " ", "\0"), maxLength: 3 });
  const rowsOf = fc.record({
    things: fc.array(fc.tuple(text, text)),
    deeds: fc.array(fc.tuple(text, text, text)),
    uses: fc.array(fc.tuple(text, text, text, text).map((use) => [...use, use.join("\n").length] as IdentityHour["uses"][number])),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(rowsOf), async (given) => {
      const rows = given.map((lists) => ({ ...bare, ...lists }));
      expect(await receivedHours(viewOf(rows), { fromMs: 0, toMs: 60_000, stepMs: 60_000 })).toEqual(rows);
    }),
  );
});
