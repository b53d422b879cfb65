// Where in a bucket to list: prefixes of which the keys sort by date, so that one request from a day on finds what is new, and what lies beside them.
// It stands apart because it knows layouts, and nothing of what was read.

export interface ListingRoot {
  readonly prefix: string;
  /** Dated: keys go on with a day, in this form. Flat: only what lies in this folder itself. Deep: everything below. */
  readonly kind: DayForm | "flat" | "deep";
}

/** CloudTrail's and Google's; what Hive and Athena read, one folder a day or one a year, month and day. */
type DayForm = "YYYY/MM/DD" | `${string}YYYY-MM-DD` | "year=YYYY/month=MM/day=DD";

/** One level: folders end with "/". */
export interface Level {
  readonly folders: readonly string[];
  readonly hasObjects: boolean;
  /** There is more than one request tells. */
  readonly isCut: boolean;
}

/** Levels below the prefix that are looked into: an organisation's trail has five. */
const deepest = 8;
/** Levels that are asked for side by side. */
const parallelLevels = 8;

/**
 * `isPassedOver`: of a folder, where nothing below it is to be read, or it is known already. A level that one request does not hold is listed as one, so
 * that the requests of a round stay bounded.
 */
export async function findRoots(
  prefix: string,
  level: (prefix: string) => Promise<Level>,
  isPassedOver: (folder: string) => boolean,
): Promise<ListingRoot[]> {
  const roots: ListingRoot[] = [];
  let current = [prefix];
  for (let depth = 0; current.length > 0; depth++) {
    const below: string[] = [];
    for (let first = 0; first < current.length; first += parallelLevels) {
      const prefixes = current.slice(first, first + parallelLevels);
      const levels = await Promise.all(prefixes.map((folder) => level(folder)));
      for (const [index, { folders: all, hasObjects, isCut }] of levels.entries()) {
        const folder = prefixes[index] ?? "";
        const folders = all.filter((inner) => !isPassedOver(inner));
        const form = dayForm(folder, isCut ? folders.slice(0, 1) : folders);
        const isDeep = form === undefined && (isCut || (depth === deepest && folders.length > 0));
        if (form !== undefined) roots.push({ prefix: folder, kind: form });
        else if (isDeep) roots.push({ prefix: folder, kind: "deep" });
        else below.push(...folders);
        if (hasObjects && !isDeep) roots.push({ prefix: folder, kind: "flat" });
      }
    }
    current = below;
  }
  return roots;
}

/** Where all folders are days, or years, of one form. */
function dayForm(prefix: string, folders: readonly string[]): DayForm | undefined {
  const names = folders.map((folder) => folder.slice(prefix.length));
  const [first] = names;
  if (first === undefined) return undefined;
  if (names.every((name) => /^\d{4}\/$/.test(name))) return "YYYY/MM/DD";
  if (names.every((name) => /^year=\d{4}\/$/.test(name))) return "year=YYYY/month=MM/day=DD";
  const label = /^([A-Za-z_]*=?)\d{4}-\d\d-\d\d\/$/.exec(first)?.[1];
  if (label === undefined) return undefined;
  const isDay = new RegExp(`^${label}\\d{4}-\\d\\d-\\d\\d/$`);
  return names.every((name) => isDay.test(name)) ? `${label}YYYY-MM-DD` : undefined;
}

/** What the keys of a day begin with; undefined where they are not dated. `day`: YYYY-MM-DD. */
export function dayPrefix({ prefix, kind }: ListingRoot, day: string): string | undefined {
  if (kind === "flat" || kind === "deep") return undefined;
  const [year = "", month = "", dayOfMonth = ""] = day.split("-");
  return `${prefix}${kind.replace("YYYY", year).replace("MM", month).replace("DD", dayOfMonth)}`;
}
