// Attacks of other sizes than the standard set's: as many of each, their parameters drawn from the estate's seed. It serves to ask detection about what
// nobody developed it against.
import { z } from "zod";
import { type AttackOrder, attacks, standardAttacks } from "./attacks/registry.ts";
import { Random } from "./random.ts";

/** A number is drawn up to so many times smaller or larger than in the standard set, as likely one as the other. */
const mostTimes = 4;
/** No time is drawn longer than the longest of the standard set: an attack is to begin after some days that can be learned from. */
const longest: Readonly<Record<string, number>> = { days: 20, hours: 240, waitsHours: 100, everyMinutes: 60 };

/** The same seed draws the same. Shares, choices and switches are any, each as likely as another. */
export function drawnAttacks(seed: number): AttackOrder[] {
  return standardAttacks.map((order, number) => {
    const attack = attacks.find(({ id }) => id === order.attack);
    if (attack === undefined) throw new RangeError(`there is no attack ${order.attack}`);
    const random = Random.ofSeed(seed).fork(`drawn ${number} ${order.attack}`);
    const standard = attack.parameters.parse(order.parameters) as Record<string, unknown>;
    const schemas = Object.entries(z.toJSONSchema(attack.parameters, { io: "input" }).properties ?? {});
    return {
      attack: order.attack,
      parameters: Object.fromEntries(schemas.map(([name, schema]) => [name, drawn(standard[name], schema, random, longest[name])])),
    };
  });
}

function drawn(standard: unknown, schema: z.core.JSONSchema._JSONSchema, random: Random, most = Number.POSITIVE_INFINITY): unknown {
  if (typeof standard === "boolean") return random.chance(0.5);
  if (typeof schema === "boolean") return standard;
  if (schema.enum !== undefined) return random.pick(schema.enum);
  if (typeof standard !== "number") return standard;
  const { minimum = 0, maximum = Number.POSITIVE_INFINITY } = schema;
  if (minimum === 0 && maximum === 1) return random.next();
  const value = Math.min(Math.max(standard * mostTimes ** random.between(-1, 1), minimum), maximum, most);
  return schema.type === "integer" ? Math.round(value) : value;
}
