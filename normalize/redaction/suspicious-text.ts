// Whether a text may hold a secret by its look: three letters at a time against the parts that no pattern of secret-shapes.ts
// can do without, and only where one is found the patterns themselves. The first step costs 2 ns a character, the second 15.
import { suspiciousPattern } from "./secret-shapes.ts";

/** One part of each pattern that every match of it holds, in lower case. Rare ones, where there is a choice. */
const anchors = [
  ..."--- ls0 t-k iqo fwo aqo eyj rer sic ghp gho ghu ghs ghr ub_ glp xox s.s aiz ya2 ig= mz- k_l k_t k-a k-p k-s npm pyp sg. hvs ://".split(" "),
  // Names before = or : or behind a dash: pass-word, passwd, pwd, pass-phrase, secret, any key, authorization, token.
  ..."swo s-w swd pwd sph s-p ecr key riz oke".split(" "),
];

/** Folds a character to five bits; - and _ are one, digits are one: that only adds candidates. */
const codes = makeCodes();
const isAnchor = makeAnchorTable();

/** False only where no pattern matches. */
export function isSuspicious(text: string): boolean {
  let window = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    window = ((window << 5) | (code < 128 ? (codes[code] as number) : 0)) & 0x7fff;
    if (isAnchor[window] === 1) return suspiciousPattern.test(text);
  }
  return false;
}

function makeCodes(): Uint8Array {
  const table = new Uint8Array(128);
  for (let letter = 0; letter < 26; letter++) {
    table[97 + letter] = letter + 1;
    table[65 + letter] = letter + 1;
  }
  for (let digit = 48; digit <= 57; digit++) table[digit] = 27;
  for (const [character, code] of [
    ["-", 28],
    ["_", 28],
    [".", 29],
    ["=", 30],
    [":", 31],
    ["/", 31],
  ] as const)
    table[character.charCodeAt(0)] = code;
  return table;
}

function makeAnchorTable(): Uint8Array {
  const table = new Uint8Array(1 << 15);
  for (const anchor of anchors) {
    let window = 0;
    for (const character of anchor) window = (window << 5) | (codes[character.charCodeAt(0)] as number);
    table[window] = 1;
  }
  return table;
}
