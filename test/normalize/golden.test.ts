// Every format's golden pairs: a hand-written record in the provider's shape, and all that its normaliser makes of it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { blankAction, identityActionSchema } from "../../model/identity-action.ts";
import type { JsonObject } from "../../model/json.ts";
import { normalizers } from "../../normalize/formats/registry.ts";
import { createNetworkClassifier } from "../../normalize/network.ts";
import type { NormalizeContext, NormalizeResult } from "../../normalize/normalizer.ts";

const goldenFolder = path.join(import.meta.dirname, "golden");
const context: NormalizeContext = {
  defaultAccount: "cluster-a",
  clusterOfIssuer: (issuer) => (issuer === "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E" ? "cluster-a" : undefined),
  network: createNetworkClassifier([]),
};
const normalizedActionSchema = identityActionSchema.omit({ received_at: true });

function differingFields(result: NormalizeResult): object {
  if (result.kind !== "event") return result;
  const blank = blankAction(result.event.provider, result.event.source);
  const differing = Object.entries(result.event).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(blank[key as keyof typeof blank]));
  return { kind: result.kind, provider: result.event.provider, source: result.event.source, ...Object.fromEntries(differing) };
}

for (const normalizer of normalizers) {
  describe(normalizer.format, () => {
    const folder = path.join(goldenFolder, normalizer.format);
    const cases = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json") && !name.endsWith(".expected.json")) : [];
    test("has golden pairs", () => expect(cases.length).toBeGreaterThan(0));
    for (const name of cases) {
      test(`${name} maps as written down`, async () => {
        const record = JSON.parse(readFileSync(path.join(folder, name), "utf8")) as JsonObject;
        const recognizing = normalizers.filter((candidate) => candidate.recognizes(record)).map((candidate) => candidate.format);
        expect(recognizing).toEqual([normalizer.format]);
        const result = normalizer.normalize(record, context);
        if (result.kind === "event") normalizedActionSchema.parse(result.event);
        const expected = path.join(folder, name.replace(/\.json$/, ".expected.json"));
        await expect(`${JSON.stringify(differingFields(result), null, 2)}\n`).toMatchFileSnapshot(expected);
      });
    }
  });
}
