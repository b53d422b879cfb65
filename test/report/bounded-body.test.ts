// Bodies of alerts: no receiver refuses one for what an attacker made long, and what is left is a valid event.
import { expect, test } from "vitest";
import { boundedBody } from "../../report/bounded-body.ts";
import { hostileAlert } from "../alert/alerts.ts";
import { ocsfDetectionFindingSchema } from "./ocsf-schema.ts";

const mostBytes = 64 * 1024;

test.each(["x".repeat(200_000), "🦀".repeat(60_000), "\u0001".repeat(100_000), '"'.repeat(100_000)])(
  "a field of any length is cut, and the event stays valid",
  (text) => {
    const { body, json } = boundedBody(hostileAlert(text).ocsf, mostBytes);
    expect(json).toBe(JSON.stringify(body));
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(mostBytes);
    expect(json.isWellFormed()).toBe(true);
    expect(ocsfDetectionFindingSchema.safeParse(JSON.parse(json)).error).toBeUndefined();
  },
);

test("what fits is as it was", () => {
  const { ocsf } = hostileAlert("short");
  expect(boundedBody(ocsf, mostBytes).body).toBe(ocsf);
});
