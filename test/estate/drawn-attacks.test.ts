// Attacks in drawn sizes: whatever the seed, they are ones that the generator takes, and none is the standard set's.
import { expect, test } from "vitest";
import { attacks, standardAttacks } from "../../estate/attacks/registry.ts";
import { drawnAttacks } from "../../estate/drawn-attacks.ts";

test("as many of each attack as in the standard set, with parameters that it takes and that are others than there", () => {
  for (let seed = 0; seed < 10; seed++) {
    const drawn = drawnAttacks(seed);
    expect(drawn.map(({ attack }) => attack)).toEqual(standardAttacks.map(({ attack }) => attack));
    for (const [number, { attack: id, parameters }] of drawn.entries()) {
      const attack = attacks.find((each) => each.id === id);
      expect(attack?.parameters.parse(parameters)).toEqual(parameters);
      expect(parameters).not.toEqual(attack?.parameters.parse(standardAttacks[number]?.parameters));
    }
  }
});

test("the seed decides", () => {
  expect(drawnAttacks(7)).toEqual(drawnAttacks(7));
  expect(drawnAttacks(7)).not.toEqual(drawnAttacks(8));
});
