// What changed in an identity's behaviour since a day: what is new, what is gone, and what is seen on clearly more or fewer of its days. It stands
// alone because chance must not look like a change: a value of one day in thirty is not gone after a week.

export type Change = "new" | "gone" | "more" | "less";

export interface DaysAroundADay {
  readonly before: number;
  readonly since: number;
}

/** Days on which a value would have been seen by now, by its share of the days before, so that its absence says something. */
const missedDays = 3;
/** Standard deviations between the two shares: one comparison in about 700 differs so by chance. */
const clearly = 3;
/** An amount changes where a day of it does so by this factor, from so many events a day on. */
const clearFactor = 2;
const fewestEvents = 5;

/** `active`: days on which the identity did anything. Undefined where nothing can be said. */
export function changeOf(value: DaysAroundADay, active: DaysAroundADay): Change | undefined {
  if (value.before === 0) return value.since > 0 ? "new" : undefined;
  if (active.before === 0 || active.since === 0) return undefined;
  const shareBefore = value.before / active.before;
  if (value.since === 0) return shareBefore * active.since >= missedDays ? "gone" : undefined;
  const share = (value.before + value.since) / (active.before + active.since);
  const deviation = Math.sqrt(share * (1 - share) * (1 / active.before + 1 / active.since));
  const difference = value.since / active.since - shareBefore;
  if (deviation === 0 || Math.abs(difference) < clearly * deviation) return undefined;
  return difference > 0 ? "more" : "less";
}

/** Of events a day; `days`: active ones. */
export function amountChange(events: DaysAroundADay, days: DaysAroundADay): Change | undefined {
  if (days.before === 0 || days.since === 0) return undefined;
  if (events.before === 0) return events.since > 0 ? "new" : undefined;
  const before = events.before / days.before;
  const since = events.since / days.since;
  if (Math.max(before, since) < fewestEvents) return undefined;
  if (since >= clearFactor * before) return "more";
  return before >= clearFactor * since ? "less" : undefined;
}
