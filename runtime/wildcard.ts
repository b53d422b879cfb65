// Patterns as people write them: `*` stands for any characters, everything else for itself. It stands alone because the obvious way, a regular
// expression, takes forever on a pattern of many stars, and patterns are made of names that others chose.

/** Whether the whole text fits. At most text length times pattern length steps. */
export function fitsWildcard(pattern: string, text: string): boolean {
  let place = 0;
  let inPattern = 0;
  let star = -1;
  let placeAtStar = 0;
  while (place < text.length) {
    if (pattern[inPattern] === "*") {
      star = inPattern++;
      placeAtStar = place;
    } else if (pattern[inPattern] === text[place]) {
      inPattern++;
      place++;
    } else if (star >= 0) {
      inPattern = star + 1;
      place = ++placeAtStar;
    } else return false;
  }
  while (pattern[inPattern] === "*") inPattern++;
  return inPattern === pattern.length;
}
