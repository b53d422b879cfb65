// Where in its memory the walk keeps what it knows, in bytes, and the numbers that the host knows too (record-walk.ts, which a test compares).

/** One of 64 classes for each byte, and what six bits of base64 it is: the host fills both. */
export const classesAt: u32 = 1024;
export const sextetsAt: u32 = classesAt + 256;

/** Of two bytes that follow each other: 1 where a mark ends in them, 2 where one begins with them. */
export const bytePairsAt: u32 = sextetsAt + 256;
/** Whether a run of four may be marked, a bit each: small enough for the processor's fastest cache. */
export const markBitsAt: u32 = bytePairsAt + 32_768;
/** Of a run of four characters: itself plus one, and its marks. */
export const marksAt: u32 = markBitsAt + 32_768;
export const markSlots: u32 = 16_384;
/** Ends of names that end as many words do: six characters, of six bits each. */
export const tailsAt: u32 = marksAt + markSlots * 8;
export const tailsLimit: u32 = 64;

/** Places behind a hash that are looked at, at most: names may be chosen so that their hashes are one. */
export const longestProbe: u32 = 32;

/** What a walk found, words of each member: its number, what stands for its value, start or number of that, end, colons, hash. */
export const foundAt: u32 = tailsAt + tailsLimit * 8;
export const foundWords: u32 = 6;
export const membersLimit: u32 = 4096;

/** Keys below the members, and texts behind keys that tell something, that nobody has judged yet: start, end, and start of the text or 0. */
export const unjudgedAt: u32 = foundAt + membersLimit * foundWords * 4;
export const unjudgedLimit: u32 = 64;
/** Of a judged key, or key and text: hash, length with 1 << 16 where it tells something, then its bytes. */
export const judgementsAt: u32 = unjudgedAt + unjudgedLimit * 12;
export const judgementBytes: u32 = 104;
export const longestJudgedBytes: u32 = 96;
export const judgementSlots: u32 = 8192;
export const judgementsLimit: u32 = 4096;

/** Members, each with what stands at the offsets below, and by a hash of their keys. */
export const membersAt: u32 = judgementsAt + judgementSlots * judgementBytes;
export const memberBytes: u32 = 192;
/** Of its key, with the quotes. */
export const memberLength: u32 = 0;
/** Number of the record it was met in last: met twice in one, it is repeated. */
export const memberRecord: u32 = 4;
/** Looked up and found, looked up in vain: a member that never repeats (an event's id) is not kept. */
export const memberHits: u32 = 8;
export const memberMisses: u32 = 12;
export const memberIsOrdinary: u32 = 16;
/** What followed it last: most likely again. */
export const memberNext: u32 = 20;
export const memberKey: u32 = 32;
export const longestKeyBytes: u32 = 128;
export const memberSlotsAt: u32 = membersAt + membersLimit * memberBytes;
export const memberSlots: u32 = 8192;

/** Of a shape: the member that came behind it last, and the shape that made. */
export const shapeNextAt: u32 = memberSlotsAt + memberSlots * 4;
export const shapesLimit: u32 = 8192;
/** By a hash of both: a shape, a member behind it, the shape that makes. */
export const shapeSlotsAt: u32 = shapeNextAt + shapesLimit * 8;
export const shapeSlots: u32 = 16_384;

/** Of a kept text: hash, member, length; then its bytes. */
export const textsAt: u32 = shapeSlotsAt + shapeSlots * 12;
export const textHead: u32 = 16;
export const longestText: u32 = 96;
export const textBytes: u32 = textHead + longestText;
export const textSlots: u32 = 32_768;

export const bucketsAt: u32 = textsAt + textSlots * textBytes;
export const buckets: u32 = 65_536;
/** Of a kept longer value: the next of its bucket, probe, member, length, number; then its bytes. */
export const valuesAt: u32 = bucketsAt + buckets * 4;
export const valueHead: u32 = 24;
/** What the host keeps of a value takes two or three times as much. */
export const valuesBytes: u32 = 12 * 1024 * 1024;

/** The record, written there by the host; sixteen bytes are read at once, so some behind it must be there. */
export const recordAt: u32 = valuesAt + valuesBytes;
export const longestRecordBytes: u32 = 1024 * 1024;

// What stands for a member's value.

/** A text that was kept: its slot. */
export const keptText: u32 = 0;
/** A longer value that was kept: its number. */
export const keptValue: u32 = 1;
export const isTrue: u32 = 2;
export const isFalse: u32 = 3;
export const isNull: u32 = 4;
export const isNumber: u32 = 5;
/** A text without escapes and the like, from its start to its end, to be taken as it stands. */
export const freshText: u32 = 6;
/** Any other, from its start to its end: the host parses it. The fifth word is the number of colons outside its texts. */
export const freshValue: u32 = 7;

// Beside the kind, in the second word.

/** No text or key in it can hold a secret, by the host's tables. */
export const isHarmless: u32 = 16;
/** keepText or keepValue may be called for it, by the host that may keep it. */
export const isKeepable: u32 = 32;

/** What walk answers where it found no members. */
export const isOutOfOrdinary: i32 = -1;
/** The key at `keyStart`, of `keyLength` bytes with its quotes, is none of the members yet. */
export const isUnknownMember: i32 = -2;

// What text-filter.ts calls keys, urls and commonNames, and its two lengths.
export const markOfKeys: u32 = 256;
export const markOfUrls: u32 = 8;
export const markOfCommonNames: u32 = 512;
export const keyAndSecretLength: u32 = 60;
export const longestLookedAt: u32 = 1024;
