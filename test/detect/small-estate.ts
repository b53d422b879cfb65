// Small estates out of a seed, as rows of an hour: machines with habits, and among them novelties, crowds, late records, wrong clocks and
// bursts, received at any minute. Laws of the fold are tested over many of them.
import { pick, type Random, seededRandom } from "../../bench/random.ts";
import type { IdentityHour } from "../../detect/evidence.ts";
import { dayMs, hourMs, hourOf, startDay } from "../../detect/shown-hour.ts";

export const minuteMs = 60_000;
const days = 12;

/** One row an identity, moment and hour, in the order of moments and identities, lists sorted: as `identityHours` gives them. */
export function smallEstate(seed: number): IdentityHour[] {
  const random = seededRandom(seed);
  const identities = Array.from({ length: 4 + Math.floor(random() * 4) }, (_, number) => `machine-${number}`);
  const rows = identities.flatMap((identity, number) => {
    const usual = Array.from({ length: 2 + Math.floor(random() * 3) }, () => Math.floor(random() * 24));
    const firstDay = random() < 0.2 ? Math.floor(random() * 6) : 0;
    return Array.from({ length: days - firstDay }, (_, index) => firstDay + index).flatMap((day) =>
      usual.flatMap((hour) => (random() < 0.1 ? [] : partsOf(random, identity, number, day, hour))),
    );
  });
  const byPlace = new Map(rows.map((row) => [`${row.moment_ms} ${row.identity_uid} ${row.hour}`, row]));
  return [...byPlace.values()].sort(inOrder);
}

/** What one machine does in one hour, in up to three pieces. */
function partsOf(random: Random, identity: string, number: number, day: number, hour: number): IdentityHour[] {
  const isOdd = day > 6 && random() < 0.12;
  const isCrowd = day > 6 && hour % 6 === 0 && random() < 0.3;
  const lateHours = random() < 0.1 ? Math.floor(random() * 60) : 0;
  const clock = random() < 0.01 ? pick(random, [0, Date.UTC(2036, 1, 7) / hourMs]) : (startDay + day) * 24 + hour - lateHours;
  const hourEndMs = ((startDay + day) * 24 + hour + 1) * hourMs;
  return Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
    const row = hourOf({
      identity,
      day,
      hour,
      events: 1 + Math.floor(random() * (random() < 0.05 ? 400 : 12)),
      actions: isOdd && random() < 0.7 ? [`iam:List${Math.floor(random() * 50)}`] : ["s3:PutObject", ...(random() < 0.3 ? ["s3:GetObject"] : [])],
      denied: isOdd && random() < 0.5 ? ["iam:ListUsers"] : [],
      resources: isCrowd
        ? [`arn:aws:s3:::release-${day}/*`]
        : isOdd
          ? [`arn:aws:s3:::other-${Math.floor(random() * 9)}/*`]
          : [`arn:aws:s3:::${number}/*`],
      network: isOdd && random() < 0.6 ? `internet 198.51.${Math.floor(random() * 99)}.0/24` : `internet 203.0.${number}.0/24`,
      agent: isOdd && random() < 0.4 ? "aws-cli/2" : "boto3/1",
      credential: random() < 0.2 ? `ASIA${number}` : `ASIA${number}${day}`,
    });
    return sorted({ ...row, hour: clock, moment_ms: hourEndMs - Math.floor(random() * 60) * minuteMs });
  });
}

function sorted(row: IdentityHour): IdentityHour {
  return { ...row, deeds: row.deeds.toSorted(), things: row.things.toSorted() };
}

export function inOrder(left: IdentityHour, right: IdentityHour): number {
  return left.moment_ms - right.moment_ms || compare(left.identity_uid, right.identity_uid) || left.hour - right.hour;
}

export function shiftedByWeeks(rows: readonly IdentityHour[], weeks: number): IdentityHour[] {
  return rows.map((row) => ({ ...row, moment_ms: row.moment_ms + weeks * 7 * dayMs, hour: isWrong(row) ? row.hour : row.hour + weeks * 7 * 24 }));
}

function isWrong({ hour, moment_ms }: IdentityHour): boolean {
  return Math.abs(hour * hourMs - moment_ms) > 300 * dayMs;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
