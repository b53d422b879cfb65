// The members that records have: an address stands for each; the host knows them by number, in the order in which it added them. They stand apart from
// their values.
import { endOfPlainText, hashOf, isSame } from "./bytes.as";
import {
  longestKeyBytes,
  longestProbe,
  memberBytes,
  memberHits,
  memberIsOrdinary,
  memberKey,
  memberLength,
  memberMisses,
  memberSlots,
  memberSlotsAt,
  membersAt,
  membersLimit,
} from "./layout.as";

export let keyStart: u32 = 0;
export let keyLength: u32 = 0;
let members: u32 = 0;

export function isKeyAt(at: u32, end: u32, member: u32): bool {
  const length = load<u32>(member, memberLength);
  return at + length <= end && isSame(at, member + memberKey, length);
}

/** 0 where there is none: keyLength then says whether it may be added. */
export function memberAt(at: u32, end: u32): u32 {
  keyLength = 0;
  if (load<u8>(at) != 34) return 0;
  const close = endOfPlainText(at + 1, end);
  if (close == 0 || close + 1 - at > longestKeyBytes) return 0;
  keyStart = at;
  keyLength = close + 1 - at;
  const hash = hashOf(at, keyLength, 0);
  for (let probe: u32 = 0; probe < longestProbe; probe++) {
    const member = load<u32>(memberSlotsAt + ((hash + probe) & (memberSlots - 1)) * 4);
    if (member == 0 || (load<u32>(member, memberLength) == keyLength && isSame(at, member + memberKey, keyLength))) return member;
  }
  keyLength = 0;
  return 0;
}

/** The key that was unknown, as the next member. `isOrdinary`: it says nothing of its value and holds no secret itself. False where there is no room. */
export function addMember(isOrdinary: bool): bool {
  if (members >= membersLimit - 1) return false;
  const member = membersAt + members * memberBytes;
  members++;
  store<u32>(member, keyLength, memberLength);
  store<u32>(member, isOrdinary, memberIsOrdinary);
  memory.copy(member + memberKey, keyStart, keyLength);
  // memberAt found the place to be free.
  let slot = hashOf(keyStart, keyLength, 0) & (memberSlots - 1);
  while (load<u32>(memberSlotsAt + slot * 4) != 0) slot = (slot + 1) & (memberSlots - 1);
  store<u32>(memberSlotsAt + slot * 4, member);
  return true;
}

/** Fewer than one in eight seen before: keeping it costs more than it spares. One in 64 is looked up all the same, since a member may change its ways. */
export function isVolatile(member: u32, record: u32): bool {
  const misses = load<u32>(member, memberMisses);
  if (misses < 512) return false;
  const hits = load<u32>(member, memberHits);
  if ((hits as u64) * 7 < misses) return (record & 63) != 0;
  store<u32>(member, hits >> 1, memberHits);
  store<u32>(member, misses >> 1, memberMisses);
  return false;
}

export function countHit(member: u32): void {
  store<u32>(member, load<u32>(member, memberHits) + 1, memberHits);
}

export function countMiss(member: u32): void {
  store<u32>(member, load<u32>(member, memberMisses) + 1, memberMisses);
}
