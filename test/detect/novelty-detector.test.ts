// What a novelty says of the past as figures, beside its words: days, first and last of them, and who else.
import { expect, test } from "vitest";
import { onDays, surprisesOf, today } from "../../detect/detector-case.ts";
import { newNetwork } from "../../detect/detectors/new-network.ts";
import { startDay } from "../../detect/shown-hour.ts";

const days = Array.from({ length: 20 }, (_, day) => today - 20 + day);
const [office, strange] = ["internet 192.0.2.0/24", "internet 198.51.100.0/24"];

test("of a value that is new: on no day, by so many others, beside so many that it is known by", () => {
  const past = [...onDays(days, () => ({})), ...["ann", "bob"].flatMap((identity) => onDays(days, () => ({ identity, network: strange })))];
  expect(surprisesOf(newNetwork, { says: "", because: "", past, window: [{ day: today, network: strange }] })[0]?.past).toEqual({
    ...{ days: 0, firstDay: undefined, lastDay: undefined, others: 2, knownValues: 1, valueDays: 20 },
  });
});

test("of a value that is rare: its days, the first and the last, and no other", () => {
  const past = onDays(days, (day) => (day === today - 9 || day === today - 4 ? { network: office } : {}));
  expect(surprisesOf(newNetwork, { says: "", because: "", past, window: [{ day: today, network: office }] })[0]?.past).toEqual({
    ...{ days: 2, firstDay: startDay + today - 9, lastDay: startDay + today - 4, others: 0, knownValues: 2, valueDays: 20 },
  });
});
