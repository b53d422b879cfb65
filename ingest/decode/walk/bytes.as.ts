// Bytes in memory: equal, hashed, skipped, up to where a text ends. They stand apart because all else is made of them.
export function isSame(one: u32, other: u32, length: u32): bool {
  if (length >= 16) {
    const last = length - 16;
    for (let index: u32 = 0; index < last; index += 16) if (v128.any_true(v128.xor(v128.load(one + index), v128.load(other + index)))) return false;
    return !v128.any_true(v128.xor(v128.load(one + last), v128.load(other + last)));
  }
  if (length >= 8) return load<u64>(one) == load<u64>(other) && load<u64>(one + length - 8) == load<u64>(other + length - 8);
  if (length >= 4) return load<u32>(one) == load<u32>(other) && load<u32>(one + length - 4) == load<u32>(other + length - 4);
  for (let index: u32 = 0; index < length; index++) if (load<u8>(one + index) != load<u8>(other + index)) return false;
  return true;
}

export function hashOf(start: u32, length: u32, seed: u32): u32 {
  let hash: u64 = (seed as u64) * 0x9e3779b97f4a7c15 + length;
  let index: u32 = 0;
  for (; index + 8 <= length; index += 8) hash = mixed(hash ^ load<u64>(start + index));
  if (length >= 8) hash = mixed(hash ^ load<u64>(start + length - 8));
  else for (; index < length; index++) hash = mixed(hash ^ load<u8>(start + index));
  return hash as u32;
}

export function hashOfPair(one: u32, other: u32): u32 {
  return mixed((((one as u64) << 32) | other) * 0x9e3779b97f4a7c15) as u32;
}

function mixed(hash: u64): u64 {
  const product = hash * 0xff51afd7ed558ccd;
  return product ^ (product >> 32);
}

export function skipSpace(start: u32, end: u32): u32 {
  let at = start;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte > 32 || (byte != 32 && byte != 10 && byte != 13 && byte != 9)) break;
    at++;
  }
  return at;
}

/** Where the quote stands that ends a text of printable ASCII without escapes; 0 for any other. */
export function endOfPlainText(start: u32, end: u32): u32 {
  for (let at = start; at < end; at += 16) {
    const bytes = v128.load(at);
    const stops = v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(34)), i8x16.eq(bytes, i8x16.splat(92))),
      v128.or(i8x16.lt_u(bytes, i8x16.splat(32)), i8x16.gt_u(bytes, i8x16.splat(126))),
    );
    const mask = i8x16.bitmask(stops);
    if (mask == 0) continue;
    const close = at + ctz(mask);
    return close < end && load<u8>(close) == 34 ? close : 0;
  }
  return 0;
}

export function endOfText(start: u32, end: u32): u32 {
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == 34) return at + 1;
    if (byte == 92) at++;
  }
  return 0;
}
