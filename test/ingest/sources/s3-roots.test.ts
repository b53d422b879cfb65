// Where listings begin: layouts as providers write them, and any other.
import { expect, test } from "vitest";
import { dayPrefix, findRoots, type Level } from "../../../ingest/sources/s3-roots.ts";

const levelOf =
  (keys: readonly string[], cut = 1000) =>
  async (prefix: string): Promise<Level> => {
    const rests = keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
    const folders = [...new Set(rests.filter((rest) => rest.includes("/")).map((rest) => `${prefix}${rest.slice(0, rest.indexOf("/") + 1)}`))];
    return { folders: folders.slice(0, cut), hasObjects: rests.some((rest) => !rest.includes("/")), isCut: folders.length > cut };
  };
const find = (keys: readonly string[], cut?: number) => findRoots("", levelOf(keys, cut), (folder) => folder.includes("Digest"));

test("an organisation's trail is listed by account and region from a day on, without its digests", async () => {
  const roots = await find([
    "AWSLogs/o-1/111122223333/CloudTrail/eu-west-1/2026/11/27/a.json.gz",
    "AWSLogs/o-1/111122223333/CloudTrail/us-east-1/2025/01/01/a.json.gz",
    "AWSLogs/o-1/111122223333/CloudTrail/us-east-1/2026/01/01/a.json.gz",
    "AWSLogs/o-1/111122223333/CloudTrail-Digest/us-east-1/2026/01/01/a.json.gz",
    "AWSLogs/444455556666/CloudTrail/eu-west-1/2026/11/27/a.json.gz",
  ]);
  expect(roots.map(({ prefix, kind }) => `${prefix} ${kind}`).sort()).toEqual([
    "AWSLogs/444455556666/CloudTrail/eu-west-1/ YYYY/MM/DD",
    "AWSLogs/o-1/111122223333/CloudTrail/eu-west-1/ YYYY/MM/DD",
    "AWSLogs/o-1/111122223333/CloudTrail/us-east-1/ YYYY/MM/DD",
  ]);
});

test("days of other layouts are known, folders without days are listed one by one, and too many of them as one", async () => {
  expect(await find(["log/dt=2026-11-27/a", "log/dt=2026-11-28/a"])).toEqual([{ prefix: "log/", kind: "dt=YYYY-MM-DD" }]);
  expect(await find(["log/year=2026/month=11/day=27/a"])).toEqual([{ prefix: "log/", kind: "year=YYYY/month=MM/day=DD" }]);
  expect(await find(["log/2026/11/27/a", "log/readme"])).toEqual([
    { prefix: "log/", kind: "YYYY/MM/DD" },
    { prefix: "log/", kind: "flat" },
  ]);
  expect(await find(["log/one/a", "log/two/a", "log/b"])).toEqual([
    { prefix: "log/", kind: "flat" },
    { prefix: "log/one/", kind: "flat" },
    { prefix: "log/two/", kind: "flat" },
  ]);
  const many = Array.from({ length: 20 }, (_, index) => `log/folder-${index}/a`);
  expect(await find(many)).toHaveLength(20);
  expect(await find([...many, "log/b"], 10)).toEqual([{ prefix: "log/", kind: "deep" }]);
  expect(await find(["a/b/c/d/e/f/g/h/i/j/k/l"])).toEqual([{ prefix: "a/b/c/d/e/f/g/h/", kind: "deep" }]);
});

test("a day's keys begin with it in the form of the layout", () => {
  expect(dayPrefix({ prefix: "log/", kind: "YYYY/MM/DD" }, "2026-01-09")).toBe("log/2026/01/09");
  expect(dayPrefix({ prefix: "log/", kind: "dt=YYYY-MM-DD" }, "2026-01-09")).toBe("log/dt=2026-01-09");
  expect(dayPrefix({ prefix: "log/", kind: "year=YYYY/month=MM/day=DD" }, "2026-01-09")).toBe("log/year=2026/month=01/day=09");
  expect(dayPrefix({ prefix: "log/", kind: "flat" }, "2026-01-09")).toBeUndefined();
});
