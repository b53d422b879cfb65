// Which members a record has in which order, as one number: records of one kind have one, so that the host makes each from a template. They stand apart
// from the walk, which goes from shape to shape, member by member.
import { hashOfPair } from "./bytes.as";
import { longestProbe, shapeNextAt, shapeSlots, shapeSlotsAt, shapesLimit } from "./layout.as";

/** 0 is no shape: too many are known. 1 is that of no members. */
export const noShape: u32 = 0;
export const emptyShape: u32 = 1;
let shapes: u32 = emptyShape;

/** The shape that has one member more. */
export function shapeWith(shape: u32, member: u32): u32 {
  if (shape == noShape) return noShape;
  const last = shapeNextAt + shape * 8;
  if (load<u32>(last, 4) != noShape && load<u32>(last) == member) return load<u32>(last, 4);
  const next = knownShape(shape, member);
  store<u32>(last, member);
  store<u32>(last, next, 4);
  return next;
}

function knownShape(shape: u32, member: u32): u32 {
  const hash = hashOfPair(shape, member);
  for (let probe: u32 = 0; probe < longestProbe; probe++) {
    const slot = shapeSlotsAt + ((hash + probe) & (shapeSlots - 1)) * 12;
    const known = load<u32>(slot, 8);
    if (known == noShape) {
      if (shapes + 1 >= shapesLimit) return noShape;
      shapes++;
      store<u32>(slot, shape);
      store<u32>(slot, member, 4);
      store<u32>(slot, shapes, 8);
      return shapes;
    }
    if (load<u32>(slot) == shape && load<u32>(slot, 4) == member) return known;
  }
  return noShape;
}
