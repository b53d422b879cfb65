// What people decide teaches: a benign finding quiets the same thing the next time, a confirmed one never teaches, a decision counts from its own
// time on, and a replay that knows all decisions hears them as live detection did.
import { describe, expect, test } from "vitest";
import type { Told } from "../../detect/alert-collapse.ts";
import type { Decision } from "../../detect/decision.ts";
import { detectors } from "../../detect/detectors/registry.ts";
import { type IdentityHour, type Window, windowsOf } from "../../detect/evidence.ts";
import { dayMs, hourMs, hourOf, startDay } from "../../detect/shown-hour.ts";
import { Watch } from "../../detect/watch.ts";

const victim = "service-3";
const oddDays = [18, 20, 27];
const identities = Array.from({ length: 12 }, (_, number) => `service-${number}`);
const options = { detectors, budget: 0.5 };

/** Seven hours after the first odd hour, and on the same day: somebody else, as odd. */
const attackAfter = hourOf({ identity: victim, day: 18, hour: 12, actions: ["iam:ListRoles"], network: "internet 192.0.2.0/24", agent: "curl/8" });

/** By moment: machines at work in four hours of each day, and on three days another tool from elsewhere at the same machine's credential. */
function momentsWith(more: readonly IdentityHour[]): [momentMs: number, windows: readonly Window[]][] {
  const rows = Array.from({ length: 29 }, (_, day) => day).flatMap((day) => [
    ...identities.flatMap((identity, number) =>
      [1, 7, 13, 19].map((hour) =>
        hourOf({
          ...{ identity, day, hour: (hour + number) % 24, events: 10 + ((day * 7 + hour * 3 + number) % 9) },
          ...{ resources: [`arn:aws:s3:::${identity}/*`], network: `internet 203.0.${number}.0/24` },
        }),
      ),
    ),
    ...(oddDays.includes(day)
      ? [hourOf({ identity: victim, day, hour: 5, actions: ["s3:ListBuckets"], network: "internet 198.51.100.0/24", agent: "aws-cli/2" })]
      : []),
  ]);
  const ordered = [...rows, ...more].sort((left, right) => left.moment_ms - right.moment_ms || (left.identity_uid < right.identity_uid ? -1 : 1));
  return [...Map.groupBy(windowsOf(ordered), ({ momentMs }) => momentMs)];
}

/** End of the odd hour of that day. */
function oddMs(day: number): number {
  return (startDay + day) * dayMs + 6 * hourMs;
}

function decision(state: Decision["state"], day = 18, afterHours = 12): Decision {
  return { state, atMs: oddMs(day) + afterHours * hourMs, placeMs: oddMs(day), windows: [[victim, oddMs(day)]] };
}

/** What is told of the odd hours, by day; of the attack after the first one, "after". */
function ofOddHours(told: readonly Told[]): Map<number | "after", Told> {
  const places = [...oddDays.map((day) => [day, oddMs(day)] as const), ["after", attackAfter.moment_ms] as const];
  return new Map(
    places.flatMap(([day, oddHourMs]) =>
      told
        .filter(({ raised: { window } }) => window.identityUid === victim && window.momentMs === oddHourMs)
        .map((each): [number | "after", Told] => [day, each]),
    ),
  );
}

function replayed(decisions: readonly Decision[], more: readonly IdentityHour[] = []): ReturnType<typeof ofOddHours> {
  const watch = new Watch({ ...options, decisions });
  return ofOddHours(momentsWith(more).flatMap(([momentMs, windows]) => watch.step(momentMs, windows)));
}

/** Each decision is known from the tick after it on, and the process is replaced by another one every day. */
function live(decisions: readonly Decision[], more: readonly IdentityHour[] = []): ReturnType<typeof ofOddHours> {
  let watch = new Watch(options);
  const told: Told[] = [];
  for (const [momentMs, windows] of momentsWith(more)) {
    if (momentMs % (3 * dayMs) === 2 * hourMs) {
      const { estate, identities: each } = watch.state;
      watch = Watch.restore(options, { estate, identities: [...each] });
    }
    watch.hear(decisions.filter(({ atMs }) => atMs <= momentMs));
    told.push(...watch.step(momentMs, windows));
  }
  return ofOddHours(told);
}

function networkBaseline(told: Told | undefined): string | undefined {
  return told?.raised.reasons.find(({ detector }) => detector.id === "new-network")?.baseline;
}

describe.each([
  ["replayed", replayed],
  ["live", live],
])("%s", (_, run) => {
  test("undecided, the same is told again while nothing of it is learned", () => {
    const told = run([]);
    expect([told.has(18), told.has(20)]).toEqual([true, true]);
    expect(networkBaseline(told.get(20))).toMatch(/^none of its 1 known/);
  });

  test("a benign decision quiets the same thing the next time, at once and for good", () => {
    const told = run([decision("benign")]);
    expect([...told.keys()]).toEqual([18]);
  });

  test("what else is odd after a benign decision is a finding of its own, and is not put aside with the benign one", () => {
    const told = run([decision("benign", 18, 2)], [attackAfter]);
    expect(told.get(18)?.place.momentMs).toBe(oddMs(18));
    expect(told.get("after")).toMatchObject({ isNews: true, place: { momentMs: attackAfter.moment_ms } });
    expect(run([], [attackAfter]).get("after")).toMatchObject({ isNews: false, place: { momentMs: oddMs(18) } });
  });

  test("a confirmed one does not teach, however long ago it was", () => {
    const told = run([decision("confirmed"), decision("confirmed", 20)]);
    expect(networkBaseline(told.get(27))).toMatch(/^none of its 1 known/);
    expect(networkBaseline(run([]).get(27)) ?? "").not.toMatch(/^none of its 1 known/);
  });

  test("a decision counts from its own time on", () => {
    expect(run([decision("benign", 18, 3 * 24)]).has(20)).toBe(true);
  });
});

test("a decision about hours that nobody raised, or that are long learned, changes nothing", () => {
  const facts = (told: ReturnType<typeof ofOddHours>) => [...told].map(([day, { raised }]) => [day, raised.bits]);
  const about = (windows: Decision["windows"]): Decision => ({ ...decision("benign"), windows });
  expect(facts(replayed([about([["nobody", oddMs(18)]]), about([[victim, oddMs(17)]]), decision("benign", 18, 9 * 24)]))).toEqual(
    facts(replayed([])),
  );
});
