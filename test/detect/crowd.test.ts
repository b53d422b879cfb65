// A crowd of invented identities: it takes no place from those that are known, it is judged as one, and memory does not grow with it.
import { expect, test } from "vitest";
import { isCrowd, withoutCrowd } from "../../detect/crowd.ts";
import { detectors } from "../../detect/detectors/registry.ts";
import { windowsOf } from "../../detect/evidence.ts";
import { hourOf } from "../../detect/shown-hour.ts";
import { Watch } from "../../detect/watch.ts";

const day = 0;

function windows(names: readonly string[], more: Partial<Parameters<typeof hourOf>[0]> = {}) {
  return windowsOf(names.map((identity) => hourOf({ identity, day, ...more })));
}

const names = (count: number, of: string) => Array.from({ length: count }, (_, number) => `${of}-${String(number).padStart(6, "0")}`);

test("while there are places, everybody has one", () => {
  const all = windows(names(5, "new"));
  expect(withoutCrowd(all, () => false, 5)).toEqual(all);
});

test("who finds none is counted with the others of its provider and type, and the known stay who they are", () => {
  const known = windows(["old"]);
  const invented = [...windows(names(6, "new")), ...windows(["guest"], { principalType: "federated" })];
  const bounded = withoutCrowd([...invented, ...known], (uid) => uid === "old", 2);
  expect(bounded.map(({ identityUid }) => identityUid).sort()).toEqual(["guest", "new-000000", "old", "other identities (aws, iam-role)"]);
  const crowd = bounded.find(({ identityUid }) => isCrowd(identityUid));
  expect(crowd?.hours).toMatchObject([{ identity_uid: "other identities (aws, iam-role)", events: 50 }]);
  expect(crowd?.values.resource.size).toBe(1);
});

test("who is in the crowd does not depend on the order in which they came", () => {
  const invented = windows(names(20, "new"));
  const uids = (arranged: typeof invented) =>
    withoutCrowd(arranged, () => false, 7)
      .map(({ identityUid, hours }) => [identityUid, hours] as const)
      .sort(([left], [right]) => (left < right ? -1 : 1));
  expect(uids(invented.toReversed())).toEqual(uids(invented));
});

test("memory is bounded: of a crowd in one hour so many are remembered as there are places, and the next day there is room for newcomers", () => {
  const mostIdentities = 100;
  const watch = new Watch({ detectors, budget: 10, mostIdentities });
  const at = (eachDay: number, who: readonly string[]) => {
    const rows = who.map((identity) => hourOf({ identity, day: eachDay }));
    watch.step(rows[0]?.moment_ms ?? 0, windowsOf(rows));
  };
  at(0, ["old"]);
  at(1, ["old"]);
  at(2, ["old", ...names(mostIdentities + 500, "invented")]);
  const remembered = () => [...watch.state.identities].map(([uid]) => uid);
  expect(remembered().length).toBe(mostIdentities + 1);
  expect(remembered()).toEqual(expect.arrayContaining(["old", "other identities (aws, iam-role)"]));
  at(3, ["newcomer"]);
  expect(remembered().length).toBeLessThan(mostIdentities);
  expect(remembered()).toEqual(expect.arrayContaining(["old", "newcomer", "other identities (aws, iam-role)"]));
});
