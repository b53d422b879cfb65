// What holds for every detector: it can be found by its id, says what a reader of its findings needs, and has cases both ways.
import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { detectors } from "../../detect/detectors/registry.ts";

const folder = path.resolve(import.meta.dirname, "../../detect/detectors");
const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".cases.ts") && name !== "registry.ts");

test("every file is registered under its own name, once", () => {
  expect(files.length).toBeGreaterThan(10);
  expect(detectors.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
});

describe.each(detectors)("$id", (detector) => {
  test("says what it needs, what raises it wrongly, what it cannot see and what to check", () => {
    for (const text of [detector.title, detector.needs, ...detector.falsePositives, ...detector.blindSpots, ...detector.checks]) {
      expect(text).toMatch(/^\S.*\S$/);
    }
    for (const list of [detector.falsePositives, detector.blindSpots, detector.checks]) expect(list.length).toBeGreaterThan(0);
  });

  test("names techniques of ATT&CK and risks of the OWASP Top 10 for non-human identities in their forms", () => {
    expect(detector.techniques.length).toBeGreaterThan(0);
    for (const technique of detector.techniques) expect(technique).toMatch(/^T\d{4}(?:\.\d{3})?$/);
    for (const risk of detector.nonHumanIdentityRisks) expect(risk).toMatch(/^NHI(?:10|[1-9])$/);
  });
});
