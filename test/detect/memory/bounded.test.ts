// What is remembered does not grow with the days of history, whatever an identity shows: values give way to newer ones, rates fade, whoever is
// silent for as long as rows are kept is forgotten.
import { expect, test } from "vitest";
import { detectors } from "../../../detect/detectors/registry.ts";
import { oldestDays, windowsOf } from "../../../detect/evidence.ts";
import { EstateMemory } from "../../../detect/memory/estate-memory.ts";
import { hourMs, hourOf, startDay } from "../../../detect/shown-hour.ts";
import { Watch } from "../../../detect/watch.ts";

const values = (day: number, hour: number, prefix: string) => Array.from({ length: 30 }, (_, number) => `${prefix}${day}-${hour}-${number}`);

/** Everything is new every day, and now and then the clock is that of another decade. */
function restlessDay(watch: Watch, day: number): void {
  for (const hour of [3, 9]) {
    const row = hourOf({
      identity: "restless",
      day,
      hour,
      actions: values(day, hour, "s3:Call"),
      denied: values(day, hour, "iam:Call"),
      resources: values(day, hour, "arn:aws:s3:::bucket-").map((bucket) => `${bucket}/*`),
      network: `internet 10.${Math.floor(day / 250)}.${day % 250}.0/24`,
      agent: `tool/${day}`,
      credential: `ASIA${day}${hour}`,
      targets: values(day, hour, "target-"),
      issuers: values(day, hour, "issuer-"),
    });
    const clock = day % 5 === 0 && hour === 9 ? Date.UTC(day % 2 === 0 ? 1970 : 2036, 0, 2) / hourMs : row.hour;
    watch.step(row.moment_ms, windowsOf([{ ...row, hour: clock }]));
  }
}

test("what is known of an identity to which everything is new every day grows no more once it is full", () => {
  const watch = new Watch({ detectors, budget: 1 });
  const sizes: number[] = [];
  for (let day = 0; day < 90; day++) {
    restlessDay(watch, day);
    if (day % 30 !== 29) continue;
    const { estate, identities } = watch.state;
    sizes.push(JSON.stringify([estate, ...identities]).length);
  }
  const [, second = 0, third = 0] = sizes;
  expect(third).toBeLessThan(second * 1.1);
  expect(third).toBeLessThan(1_000_000);
});

test("whoever was silent for as long as rows are kept is forgotten, with all that was counted for it", () => {
  const memory = new EstateMemory();
  const [window] = windowsOf([hourOf({ identity: "gone", day: 0 })]);
  if (window === undefined) throw new Error("no window");
  memory.learn([window], startDay);
  expect([memory.size, memory.usersOf("action", "s3:PutObject")]).toEqual([1, 1]);
  expect(memory.forgetSilent(startDay + oldestDays)).toEqual([]);
  expect(memory.forgetSilent(startDay + oldestDays + 1)).toEqual(["gone"]);
  expect([memory.size, memory.usersOf("action", "s3:PutObject")]).toEqual([0, 0]);
});

test("a value is seen on as many days after a clock of 2036 as without it", () => {
  const daysOf = (isWrong: boolean) => {
    const watch = new Watch({ detectors, budget: 1 });
    for (let day = 0; day < 20; day++) {
      const row = hourOf({ identity: "machine", day });
      watch.step(row.moment_ms, windowsOf([{ ...row, hour: isWrong && day === 4 ? Date.UTC(2036, 1, 7) / hourMs : row.hour }]));
    }
    const [state] = [...watch.state.identities].map(([, identity]) => identity);
    return state?.remembered.memory.values.action?.map(([value, days]) => [value, days]);
  };
  expect(daysOf(true)).toEqual(daysOf(false));
  expect(daysOf(false)).toEqual([["s3:PutObject", 19]]);
});
