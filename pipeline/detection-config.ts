// The section `detection` of the configuration: as users write it, and as detection reads it. It stands apart from the rest of the configuration
// because it knows the detectors.
import { z } from "zod";
import { detectors } from "../detect/detectors/registry.ts";
import { type DetectionSettings, detectorModes, maturities, usualSettings } from "../detect/settings.ts";

const dayMs = 86_400_000;
const identities = z.string().min(1, "must not be empty").describe("Pattern over the identity's id; * stands for any characters.");
const ids = detectors.map(({ id }) => id);

const exceptionSchema = z.strictObject({
  identities,
  detector: z.enum(ids).describe("Id of the detector that has nothing to say of it."),
  value: z
    .string()
    .min(1, "must not be empty; leave it out where it does not matter")
    .optional()
    .describe("What may be odd: the network, action, resource or hour as the finding tells it; * stands for any characters. Default: anything."),
  until: z.iso
    .date("must be a day such as 2027-03-31: an exception ends")
    .describe("Last day (UTC) on which it holds. Afterwards it is ignored, and said."),
  reason: z.string().min(1, "must not be empty: say why, for whoever meets it next").describe("Why, and who decided."),
});

export const detectionSchema = z.strictObject({
  budget: z
    .number()
    .positive("must be above 0")
    .max(10_000, "must be 10000 at most")
    .optional()
    .describe("Findings a day that you want to see. Default: 10."),
  detectors: z
    .strictObject(Object.fromEntries(ids.map((id) => [id, z.enum(detectorModes).optional()])))
    .optional()
    .describe(
      "Mode of a detector. on: as usual. shadow: not asked by `detect` and `serve`, so that it changes nothing; `machinetrail detectors shadow` and `budget` replay the past with it and tell what it would add. off: not asked at all. Default: on.",
    ),
  maturity: z
    .strictObject({
      from: z
        .enum(maturities)
        .optional()
        .describe("Youngest identity that is raised: learning (first day), peer (until two weeks are over), own. Default: learning."),
      active_days: z
        .int()
        .min(0, "must be 0 to 365")
        .max(365, "must be 0 to 365")
        .optional()
        .describe("Active days that must be known of it. Default: 0."),
    })
    .optional()
    .describe(
      "How long an identity must be known before what is odd by its past is raised. What a mechanism is certain of needs no past and is raised.",
    ),
  sensitivity: z
    .array(
      z.strictObject({
        identities,
        factor: z
          .number()
          .min(0, "must be 0 to 1000")
          .max(1000, "must be 0 to 1000")
          .describe("So many times as probable a window as others' is raised of it: above 1 more, below 1 less, 0 nothing."),
      }),
    )
    .optional()
    .describe("Identities of which more or less is to be raised; the first that fits counts."),
  key_age_days: z
    .int()
    .min(1, "must be 1 to 3650")
    .max(3650, "must be 1 to 3650")
    .optional()
    .describe("Days that a static key may be in use: one that is older is told, once (stale-key). Default: 90."),
  exceptions: z.array(exceptionSchema).optional().describe("What was approved: of these identities, a detector does not count it."),
});

export type DetectionFile = z.infer<typeof detectionSchema>;

export function detectionSettings({ budget, detectors: modes, maturity, sensitivity, key_age_days, exceptions }: DetectionFile): DetectionSettings {
  return {
    budget: budget ?? usualSettings.budget,
    modes: Object.fromEntries(Object.entries(modes ?? {}).flatMap(([id, mode]) => (mode === undefined ? [] : [[id, mode]]))),
    fromMaturity: maturity?.from ?? usualSettings.fromMaturity,
    activeDays: maturity?.active_days ?? usualSettings.activeDays,
    sensitivity: sensitivity ?? usualSettings.sensitivity,
    keyAgeDays: key_age_days ?? usualSettings.keyAgeDays,
    exceptions: (exceptions ?? []).map(({ until, value, ...exception }) => ({
      ...exception,
      value: value ?? "*",
      untilMs: Date.parse(`${until}T00:00:00Z`) + dayMs,
    })),
  };
}

/** For people, of exceptions that are over: which, since when, and why they were. */
export function expiredExceptions({ exceptions }: DetectionSettings, nowMs: number): string[] {
  return exceptions.flatMap(({ identities: pattern, detector, untilMs, reason }, index) =>
    untilMs >= nowMs
      ? []
      : [
          `detection.exceptions[${index}] ended on ${new Date(untilMs - dayMs).toISOString().slice(0, 10)} and is ignored: ${detector} of ${pattern} (${reason})`,
        ],
  );
}
