// More of a kind of call in an hour, or within 24 hours, than this identity makes at that time.
import type { Detector, Past, Surprise } from "../detector.ts";
import { type VolumeKind, volumeKinds, type Window } from "../evidence.ts";
import type { Expected } from "../memory/volume-memory.ts";
import { amountBits } from "../surprise/amount.ts";

const fewestEvents = 20;
const leastRatio = 3;
const words: Readonly<Record<VolumeKind, string>> = {
  events: "calls",
  denied: "refused calls",
  reads: "reads",
  writes: "writes",
  admin: "administrative calls",
  secret_reads: "reads of secrets",
  issued: "issued credentials",
};

export const unusualVolume: Detector = {
  id: "unusual-volume",
  title: "Unusual volume",
  aspect: "amount",
  techniques: ["T1530", "T1485", "T1496"],
  nonHumanIdentityRisks: ["NHI5"],
  needs: "Any audit log; data events for reads of objects.",
  falsePositives: ["A backlog after an outage.", "A backfill, a load test.", "Retries during an incident.", "The large days of a job of two sizes."],
  blindSpots: ["Fewer than 20 calls, or less than three times the usual.", "Growth slower than the baseline learns.", "Sizes in bytes."],
  checks: ["Which resources, and are they new?", "Did it start after a silence?", "Do failures explain it?"],
  score(window: Window, { memory, today }: Past): readonly Surprise[] {
    if (memory.age(window.identityUid, today) === "first day") return [];
    const own = memory.identity(window.identityUid);
    const lastHour = window.hours.at(-1)?.hour ?? 0;
    return volumeKinds.flatMap((kind) => {
      const volume = own.volumes[kind];
      const found = window.hours.flatMap(({ hour }) => surprise(kind, "an hour", own.countInHour(kind, hour), volume.expectedInHour(hour)));
      return [...found, ...surprise(kind, "24 hours", own.countInDay(kind, lastHour), volume.expectedInDay(Math.floor(lastHour / 24)))];
    });
  },
};

function surprise(kind: VolumeKind, span: string, count: number, expected: Expected): Surprise[] {
  const { median, observations } = expected;
  if (count < fewestEvents || count < leastRatio * median || observations < 2) return [];
  const usual = `usually ${median.toFixed(1)} where it makes any`;
  return [{ bits: amountBits(count, expected), what: `${kind} in ${span}`, observed: `${count} ${words[kind]} in ${span}`, baseline: usual }];
}
