// What is read of an hour by detectors that know a mechanism: at the same time, by hand, in which environment.
import { describe, expect, test } from "vitest";
import { windowsOf } from "../../detect/evidence.ts";
import { hourOf } from "../../detect/shown-hour.ts";
import { simultaneousUses } from "../../detect/simultaneous-use.ts";
import { elsewhereThanProduction, isPacedByHand, production, traitsOf } from "../../detect/traits.ts";

const here = { day: 1, credential: "AKIAONE" };
const there = { ...here, network: "internet 198.51.100.0/24" };
const uses = (...shown: readonly Parameters<typeof hourOf>[0][]) => simultaneousUses(windowsOf(shown.map(hourOf)).flatMap(({ hours }) => hours));

describe("a credential in two networks", () => {
  test("within the same two minutes is in both at once", () => {
    expect(uses({ ...here, slots: [4] }, { ...there, slots: [4] })).toEqual([
      { credential: "AKIAONE", networks: ["internet 198.51.100.0/24", "internet 203.0.113.0/24"], isOtherAgent: false },
    ]);
  });
  test("by turns is in both at once, and says whether the agents are apart", () => {
    expect(uses({ ...here, slots: [1, 29] }, { ...there, slots: [15], agent: "aws-cli/2" })).toMatchObject([{ isOtherAgent: true }]);
  });
  test("first in one, then in the other has moved", () => {
    expect(uses({ ...here, slots: [1, 2, 3] }, { ...there, slots: [4, 29] })).toEqual([]);
  });
  test("is told of none, an unknown or a provider's own address", () => {
    for (const network of ["", "unknown", "provider-service"]) expect(uses({ ...here, slots: [4] }, { ...there, network, slots: [4] })).toEqual([]);
  });
  test("of more networks than a person has machines is a fleet's, and told of none of them", () => {
    expect(uses(...Array.from({ length: 9 }, (_, place) => ({ ...here, network: `internet 198.51.${place}.0/24`, slots: [4] })))).toEqual([]);
  });
});

describe("what was typed", () => {
  test("with uneven pauses is a person's", () => expect(isPacedByHand([5, 11, 50, 58, 130, 151, 299])).toBe(true));
  test("at even distances is a loop's", () => expect(isPacedByHand([0, 60, 120, 180, 240, 300, 360])).toBe(false));
  test("without pauses is a script's", () => expect(isPacedByHand([0, 1, 2, 3, 4, 5, 60, 61, 62, 63])).toBe(false));
  test("in fewer than six calls says nothing", () => expect(isPacedByHand([5, 11, 50, 58, 130])).toBe(false));
});

test("an environment is told by whole words of a name, and a name that has words of both is no production", () => {
  const of = (scope: string) => traitsOf(hourOf({ day: 1, scope }));
  for (const scope of ["shop-prod", "rg_Production_web", "live.example"]) expect(of(scope)).toEqual([production]);
  for (const scope of ["shop-test", "staging/web", "preprod", "prod-test-copy"]) expect(of(scope)).toEqual([elsewhereThanProduction]);
  for (const scope of ["products", "latest-delivery", "contest"]) expect(of(scope)).toEqual([]);
});

test("people have no traits of machines: they sit at desks and type", () => {
  const typed = [5, 11, 50, 58, 130, 151, 299];
  expect(traitsOf(hourOf({ day: 1, principalType: "user", workloadType: "human", isDesk: true, typed }))).toEqual([]);
  expect(traitsOf(hourOf({ day: 1, isDesk: true, typed }))).toHaveLength(2);
});
