// Attacks, alerts and runs by hand, for the tests of what is measured.
import type { Run, ScoredAlert, ScoredAttack } from "../../bench/detection/measures.ts";

export const attackOn = (identityUid: string, startMs: number, endMs: number, fields: Partial<ScoredAttack> = {}): ScoredAttack => ({
  id: `attack-on-${identityUid}`,
  attack: "stolen-key",
  workloadType: "ci-pipeline",
  identityUids: [identityUid],
  startMs,
  endMs,
  eventTimesMs: [startMs, endMs],
  ...fields,
});
export const alertOn = (identityUid: string, asOfMs: number, score = 1, workloadType = "ci-pipeline"): ScoredAlert => ({
  asOfMs,
  identity: identityUid,
  identityUids: [identityUid],
  workloadType,
  score,
});
export const runOf = (attacks: readonly ScoredAttack[], alerts: readonly ScoredAlert[], days = 1000): Run => ({
  attacks,
  alerts,
  benignIdentityDays: new Map([["ci-pipeline", days]]),
  span: { firstMs: 0, fromMs: 0, toMs: 0 },
});
