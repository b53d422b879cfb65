// Which keys, and which texts behind keys that tell something, the host has called ordinary. They stand apart from the walk, which only asks.
import { endOfPlainText, hashOf, isSame } from "./bytes.as";
import {
  judgementBytes,
  judgementSlots,
  judgementsAt,
  judgementsLimit,
  longestJudgedBytes,
  longestProbe,
  unjudgedAt,
  unjudgedLimit,
} from "./layout.as";

export let unjudged: u32 = 0;
let judgements: u32 = 0;

export function judgeAnew(): void {
  unjudged = 0;
}

/** What the host said of these bytes; what it was not asked yet is named to it, and tells something until then. `valueStart`: 0 for a key alone. */
export function isJudgedOrdinary(start: u32, length: u32, valueStart: u32): bool {
  if (length > longestJudgedBytes) return false;
  const judgement = judgementOf(start, length);
  if (judgement == 0) return false;
  if (load<u32>(judgement) != 0) return load<u32>(judgement, 4) == length;
  if (unjudged < unjudgedLimit) {
    const entry = unjudgedAt + unjudged * 12;
    store<u32>(entry, start);
    store<u32>(entry, start + length, 4);
    store<u32>(entry, valueStart, 8);
    unjudged++;
  }
  return false;
}

/** `at` is where the text behind a key's colon may begin. */
export function isOrdinaryPair(keyStart: u32, at: u32, end: u32): bool {
  if (load<u8>(at) != 34) return false;
  const close = endOfPlainText(at + 1, end);
  return close != 0 && isJudgedOrdinary(keyStart, close - keyStart, at + 1);
}

/** Of what the last walk named: the key, or the key with this text, says nothing and holds no secret itself. All is forgotten once it is too much. */
export function judge(index: u32, isOrdinary: bool): void {
  const start = load<u32>(unjudgedAt + index * 12);
  const length = load<u32>(unjudgedAt + index * 12, 4) - start;
  if (judgements >= judgementsLimit) {
    memory.fill(judgementsAt, 0, judgementSlots * judgementBytes);
    judgements = 0;
  }
  const judgement = judgementOf(start, length);
  if (judgement == 0 || load<u32>(judgement) != 0) return;
  judgements++;
  store<u32>(judgement, hashOf(start, length, 1) | 1);
  store<u32>(judgement, isOrdinary ? length : length | 0x10000, 4);
  memory.copy(judgement + 8, start, length);
}

/** Where it stands, or would; 0 where there is no room for it. */
function judgementOf(start: u32, length: u32): u32 {
  const hash = hashOf(start, length, 1) | 1;
  for (let probe: u32 = 0; probe < longestProbe; probe++) {
    const judgement = judgementsAt + ((hash + probe) & (judgementSlots - 1)) * judgementBytes;
    const known = load<u32>(judgement);
    if (known == 0) return judgement;
    if (known == hash && (load<u32>(judgement, 4) & 0xffff) == length && isSame(start, judgement + 8, length)) return judgement;
  }
  return 0;
}
