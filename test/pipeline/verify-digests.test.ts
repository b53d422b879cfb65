// What the check of CloudTrail's digests tells, of trails signed by real keys and tampered with in every way that it is there to show.
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { ConfigError } from "../../model/errors.ts";
import { verifyDigests } from "../../pipeline/verify-digests.ts";
import { CliHome } from "../cli/run-cli.ts";
import { AwsStandIn } from "../ingest/sources/aws-stand-in.ts";
import { type CloudTrailServer, startCloudTrailServer } from "../stand-ins/cloudtrail-server.ts";
import { installTimeoutMs } from "../stand-ins/install-once.ts";
import { missingForMotoServer } from "../stand-ins/moto-server.ts";
import { makeSignedTrail, publicKeysJson, type SignedTrail, type TrailOptions, writeTrail } from "./signed-trail.ts";

const firstEndMs = Date.UTC(2026, 9, 31, 20);
const hourMs = 3_600_000;
const hours = 8;
const lead = "org/";
const options: TrailOptions = { bucket: "logs", hours, firstEndMs, lead };
const toMs = firstEndMs + hours * hourMs;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "machinetrail-digests-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function check(trail: SignedTrail, span: { fromMs: number; toMs: number } = { fromMs: firstEndMs - hourMs, toMs }, keys = publicKeysJson(trail)) {
  writeTrail(folder, trail, lead);
  return verifyDigests({ where: folder, workingFolder: "/", ...span, keys: { text: keys, name: "keys" } });
}

/** The only problems that are told, as "kind: reason". */
async function problemsOf(trail: SignedTrail, ...rest: [span?: { fromMs: number; toMs: number }, keys?: string]): Promise<string[]> {
  const { problems, totalProblems } = await check(trail, ...rest);
  expect(totalProblems).toBe(problems.length);
  return problems.map(({ kind, reason }) => `${kind}: ${reason}`);
}

function rewrite(file: { bytes: Buffer } | undefined, change: (text: string) => string): void {
  if (file === undefined) throw new Error("no such file");
  file.bytes = gzipSync(change(gunzipSync(file.bytes).toString("utf8")));
}

function without(trail: SignedTrail, ...gone: (SignedTrail["files"][number] | undefined)[]): SignedTrail {
  return { ...trail, files: trail.files.filter((file) => !gone.includes(file)) };
}

test("a trail as it was delivered holds, over midnight, in a copy without signatures too", async () => {
  const { trails, totalProblems } = await check(makeSignedTrail(options));
  expect(totalProblems).toBe(0);
  expect(trails).toEqual([
    {
      ...{ account: "111122223333", region: "eu-west-1", trail: "my_trail", firstMs: firstEndMs - hourMs, lastMs: firstEndMs + 7 * hourMs },
      ...{ digests: 8, validDigests: 8, logFiles: 16, intactLogFiles: 16 },
    },
  ]);
});

describe("what was done to it is told", () => {
  test("a log file that was changed, and one that is missing", async () => {
    const trail = makeSignedTrail(options);
    rewrite(trail.logs[4], (text) => text.replace("Records", "records"));
    const { problems, trails } = await check(without(trail, trail.logs[9]));
    expect(problems.map(({ reason, object }) => [reason, object])).toEqual([
      ["it was changed", trail.logs[4]?.key.slice(lead.length)],
      ["it is missing", trail.logs[9]?.key.slice(lead.length)],
    ]);
    expect(trails[0]).toMatchObject({ logFiles: 16, intactLogFiles: 14, validDigests: 8 });
  });

  test("a log file that was put there, between those that were delivered", async () => {
    const trail = makeSignedTrail(options);
    const forged = {
      ...trail.logs[8],
      key: trail.logs[8]?.key.replace("4x5.json", "forged.json") ?? "",
      bytes: gzipSync("{}"),
      signature: undefined,
    };
    expect(await problemsOf({ ...trail, files: [...trail.files, forged] })).toEqual(["log file: no digest names it"]);
  });

  test("a digest from which a log file was taken: its signature and the chain say so", async () => {
    const trail = makeSignedTrail(options);
    rewrite(trail.digests[3], (text) => JSON.stringify({ ...JSON.parse(text), logFiles: [] }));
    const problems = await problemsOf(without(trail, trail.logs[6], trail.logs[7]));
    expect(problems).toEqual(["digest: its signature does not hold", "digest: it is not the one that the next digest vouches for"]);
  });

  test("a chain that somebody else signed anew from one digest on", async () => {
    const trail = makeSignedTrail(options);
    const forger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const forged = makeSignedTrail(options, forger);
    const files = [...trail.logs, ...trail.digests.slice(0, 5), ...forged.digests.slice(5)];
    const problems = await problemsOf({ ...trail, files, digests: forged.digests });
    expect(problems.filter((problem) => problem === "digest: its signature does not hold").length).toBeGreaterThanOrEqual(3);
  });

  test("a digest that is missing, in the middle and at the beginning", async () => {
    const trail = makeSignedTrail(options);
    const named = "digest: it is missing, and the next digest names it";
    expect(await problemsOf(without(trail, trail.digests[4]))).toEqual(expect.arrayContaining([named]));
    rmSync(folder, { recursive: true });
    expect(await problemsOf(without(trail, trail.digests[0], ...trail.logs.slice(0, 2)))).toEqual([named]);
  });

  test("digests that are missing at the end, and a chain that begins anew", async () => {
    const trail = makeSignedTrail({ ...options, anew: [4] });
    expect(await problemsOf(trail)).toEqual([
      "digest: its signature is not kept, and no later digest holds it",
      "gap: the chain begins anew: between the digests nothing was vouched for",
    ]);
    rmSync(folder, { recursive: true });
    const cut = without(trail, ...trail.digests.slice(3), ...trail.logs.slice(6));
    const problems = await problemsOf({ ...cut, digests: trail.digests.slice(0, 3) });
    expect(problems).toEqual(["gap: there is no digest behind it"]);
  });

  test("a digest that was moved, one that is damaged, and a key that is not known", async () => {
    const trail = makeSignedTrail(options);
    const [first, second] = trail.digests;
    if (first === undefined || second === undefined) throw new Error("no digests");
    const bytes = first.bytes;
    first.bytes = second.bytes;
    expect(await problemsOf(trail)).toContain("digest: it is not where it was delivered");
    first.bytes = bytes.subarray(0, 100);
    expect(await problemsOf(trail)).toContain("digest: it cannot be read as a digest");
    first.bytes = bytes;
    const other = JSON.stringify({ PublicKeyList: [{ Value: trail.publicKey, Fingerprint: "another" }] });
    expect(new Set(await problemsOf(trail, undefined, other))).toEqual(new Set(["digest: there is no public key of its fingerprint"]));
    expect(await problemsOf(trail, undefined, `-----BEGIN RSA PUBLIC KEY-----\n${trail.publicKey}\n-----END RSA PUBLIC KEY-----\n`)).toEqual([]);
  });
});

describe("what is not CloudTrail's ends no check", () => {
  const inRegion = ({ key, ...rest }: SignedTrail["files"][number], region: string) => ({ ...rest, key: key.replaceAll("eu-west-1", region) });

  test("a region that has log files and no digest at all is told, once, and one that CloudTrail has just begun to write is not", async () => {
    const trail = makeSignedTrail(options);
    const bare = trail.logs.map((file) => inRegion(file, "us-east-1"));
    const fresh = trail.logs.slice(-2).map((file) => inRegion(file, "us-east-2"));
    const { problems, trails } = await check({ ...trail, files: [...trail.files, ...bare, ...fresh] });
    expect(problems.map(({ kind, reason, object }) => [kind, reason, object])).toEqual([
      ["gap", "there are log files and no digest of the whole time", bare[0]?.key.slice(lead.length)],
    ]);
    expect(trails.map(({ region }) => region)).toEqual(["eu-west-1"]);
  });

  test("the files that a digest names are asked for only where CloudTrail signed it, and its times count only then", async () => {
    const trail = makeSignedTrail(options);
    rewrite(trail.digests[3], (text) => {
      const names = ["/etc/hostname", "x".repeat(1500), "", "a\u0000b"].map((s3Object) => ({
        ...{ s3Bucket: "logs", s3Object, hashValue: "", hashAlgorithm: "SHA-256" },
      }));
      return JSON.stringify({ ...JSON.parse(text), digestStartTime: "0001-01-01T00:00:00Z", logFiles: names });
    });
    const { problems, trails } = await check(trail);
    expect(problems.map(({ reason }) => reason)).toEqual([
      "its signature does not hold",
      "it is not the one that the next digest vouches for",
      "no digest names it",
      "no digest names it",
    ]);
    expect(trails[0]).toMatchObject({ firstMs: firstEndMs - hourMs, logFiles: 18, intactLogFiles: 14 });
  });

  test("impossible times, endless names, too much of it, and a folder where a file would be", async () => {
    const trail = makeSignedTrail(options);
    rewrite(trail.digests[1], (text) => JSON.stringify({ ...JSON.parse(text), digestEndTime: "2026-99-99T00:00:00Z" }));
    rewrite(trail.digests[3], (text) => JSON.stringify({ ...JSON.parse(text), digestPublicKeyFingerprint: "f".repeat(5000) }));
    rewrite(trail.digests[5], (text) => `${text}${" ".repeat(33 * 2 ** 20)}`);
    writeTrail(folder, trail, lead);
    for (const { key } of trail.logs.slice(-2)) {
      rmSync(path.join(folder, key.slice(lead.length)));
      mkdirSync(path.join(folder, key.slice(lead.length)));
    }
    const { problems } = await verifyDigests({
      ...{ where: folder, workingFolder: "/", fromMs: firstEndMs - hourMs, toMs, keys: { text: publicKeysJson(trail), name: "keys" } },
    });
    const reasons = problems.map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason === "it cannot be read as a digest")).toHaveLength(3);
    expect(reasons.filter((reason) => reason === "it is missing")).toHaveLength(2);
  });
});

test("a part of the time is checked without what lies before and behind it; where there is no digest it is said, and a file without keys too", async () => {
  const trail = makeSignedTrail(options);
  const span = { fromMs: firstEndMs + hourMs, toMs: firstEndMs + 4 * hourMs };
  const { trails, totalProblems } = await check(trail, span);
  expect(totalProblems).toBe(0);
  expect(trails[0]).toMatchObject({ digests: 4, validDigests: 4 });
  await expect(check(trail, { fromMs: 0, toMs: hourMs })).rejects.toThrow(ConfigError);
  await expect(verifyDigests({ where: "none", workingFolder: folder, ...span })).rejects.toThrow(/no such folder/);
  await expect(check(trail, span, "hello")).rejects.toThrow(/holds no public key/);
});

const missing = missingForMotoServer();
describe.skipIf(missing !== undefined)(`in a bucket, by the command${missing === undefined ? "" : ` (${missing})`}`, () => {
  let aws: AwsStandIn;
  let cloudTrail: CloudTrailServer;
  const home = new CliHome();
  beforeAll(async () => {
    [aws, cloudTrail] = await Promise.all([AwsStandIn.start(), startCloudTrailServer()]);
  }, installTimeoutMs);
  afterAll(async () => {
    vi.unstubAllEnvs();
    home.remove();
    await cloudTrail.stop();
    await aws.stop();
  });

  test("signatures are those of the objects, keys are asked of CloudTrail, and the exit code says whether all holds", async () => {
    const bucket = await aws.makeBucket();
    const trail = makeSignedTrail({ ...options, bucket, hours: 3 });
    for (const { key, bytes, signature } of trail.files) await aws.put(bucket, key, bytes, signature === undefined ? {} : { signature });
    cloudTrail.keys.push({ Fingerprint: trail.fingerprint, Value: trail.publicKey });
    const environment = {
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL_CLOUDTRAIL: cloudTrail.url,
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const where = `s3://${bucket}/${lead}`;
    const span = { fromMs: Date.UTC(2026, 9, 31), toMs: firstEndMs + 2 * hourMs };
    const whole = await verifyDigests({ where, workingFolder: "/", ...span, region: "eu-west-1", endpoint: aws.proxy.url });
    expect(whole).toMatchObject({ totalProblems: 0, trails: [{ digests: 3, validDigests: 3, logFiles: 6, intactLogFiles: 6 }] });
    await aws.put(bucket, trail.logs[3]?.key ?? "", gzipSync("{}"));
    await aws.put(bucket, trail.digests[1]?.key ?? "", trail.digests[1]?.bytes ?? Buffer.alloc(0), { signature: "00" });
    const tampered = await home.run(
      ["verify-digests", where, "--endpoint", aws.proxy.url, "--from", "2026-10-31", "--to", "2026-10-31T22:00", "--output", "json"],
      { environment },
    );
    expect(tampered.code).toBe(3);
    const reasons = (JSON.parse(tampered.stdout) as { problems: { reason: string }[] }).problems.map(({ reason }) => reason);
    expect(reasons).toEqual(["its signature does not hold", "it was changed", "its signature is not the one that the next digest holds"]);
    const [denied, archived] = [trail.logs[0], trail.digests[2]];
    aws.proxy.fault = ({ method, path: asked }) => {
      if (method !== "GET" || !asked.includes("json.gz")) return undefined;
      if (asked.includes(denied?.key ?? "-")) return { status: 403, body: "<Error><Code>AccessDenied</Code></Error>" };
      return asked.includes(archived?.key ?? "-") ? { status: 403, body: "<Error><Code>InvalidObjectState</Code></Error>" } : undefined;
    };
    await aws.put(bucket, (trail.digests[0]?.key ?? "").replace("my_trail_eu-west-1", "my_trail_-nowhere-"), gzipSync("{}"));
    const partly = await verifyDigests({ where, workingFolder: "/", ...span, region: "eu-west-1", endpoint: aws.proxy.url });
    aws.proxy.fault = () => undefined;
    const told = partly.problems.map(({ reason, detail }) => `${reason}: ${detail}`);
    expect(told).toContainEqual(expect.stringMatching(/^it cannot be read: .*AccessDenied/));
    expect(told).toContainEqual(expect.stringMatching(/^the public keys of its region cannot be had: .*-nowhere-/));
    expect(told).toContainEqual(expect.stringMatching(/^it cannot be read as a digest: .*InvalidObjectState/));
  });
});
