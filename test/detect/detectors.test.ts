// What holds for every detector: it can be found by its id, says what a reader of its findings needs, and holds on its cases, both ways.
import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { quietBits, raisingBits, surprisesOf } from "../../detect/detector-case.ts";
import { detectorCases } from "../../detect/detectors/case-registry.ts";
import { detectors } from "../../detect/detectors/registry.ts";
import { attackTechniques } from "../../model/attack-techniques.ts";
import { nonHumanIdentityRisks } from "../../model/non-human-identity-risks.ts";

const folder = path.resolve(import.meta.dirname, "../../detect/detectors");
const names = readdirSync(folder).filter((name) => name !== "registry.ts" && name !== "case-registry.ts");
const ids = detectors.map(({ id }) => id).sort();

test("every file is registered under its own name, once, and so are its cases", () => {
  expect(ids.length).toBeGreaterThan(10);
  expect(new Set(ids).size).toBe(ids.length);
  expect(names.toSorted()).toEqual(ids.flatMap((id) => [`${id}.cases.ts`, `${id}.ts`]).sort());
  expect(Object.keys(detectorCases).sort()).toEqual(ids);
});

describe.each(detectors)("$id", (detector) => {
  const { raises, staysQuiet } = detectorCases[detector.id] ?? { raises: [], staysQuiet: [] };

  test("says what it needs, what raises it wrongly, what it cannot see and what to check", () => {
    for (const text of [detector.title, detector.needs, ...detector.falsePositives, ...detector.blindSpots, ...detector.checks]) {
      expect(text).toMatch(/^\S.*\S$/);
    }
    for (const list of [detector.falsePositives, detector.blindSpots, detector.checks]) expect(list.length).toBeGreaterThan(0);
  });

  test("names techniques that ATT&CK has, and risks of the OWASP Top 10 for non-human identities", () => {
    expect(detector.techniques.length).toBeGreaterThan(0);
    for (const technique of detector.techniques) expect(attackTechniques).toHaveProperty([technique]);
    for (const risk of detector.nonHumanIdentityRisks) expect(nonHumanIdentityRisks).toHaveProperty([risk]);
  });

  test("has at least three cases each way, each told apart and with a reason", () => {
    expect(raises.length).toBeGreaterThanOrEqual(3);
    expect(staysQuiet.length).toBeGreaterThanOrEqual(3);
    const all = [...raises, ...staysQuiet];
    expect(new Set(all.map(({ says }) => says)).size).toBe(all.length);
    for (const { says, because } of all) for (const text of [says, because]) expect(text).toMatch(/^[A-Z].*[.?]$/);
  });

  test.each(raises)("raises: $says", (each) => {
    expect(surprisesOf(detector, each)[0]?.bits).toBeGreaterThanOrEqual(raisingBits);
  });

  test.each(staysQuiet)("stays quiet: $says", (each) => {
    expect(surprisesOf(detector, each)[0]?.bits ?? 0).toBeLessThanOrEqual(quietBits);
  });
});
