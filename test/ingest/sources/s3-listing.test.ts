// The source of S3 by listing against moto: what every live source promises, what dates and layouts mean, and what a store can do to its reader.
import { gzipSync } from "node:zlib";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { SourceBatch } from "../../../ingest/source.ts";
import { s3Listing } from "../../../ingest/sources/s3-listing.ts";
import { PermanentError } from "../../../model/errors.ts";
import { installTimeoutMs } from "../../stand-ins/install-once.ts";
import { missingForMotoServer } from "../../stand-ins/moto-server.ts";
import { type Cursors, readUntil, testLiveSourceContract, valuesOf } from "../live-source-contract.ts";
import { AwsStandIn, awsContext, awsCredentials } from "./aws-stand-in.ts";
import { Told } from "./told.ts";

const missing = missingForMotoServer();
const trailFile = (number: number) => gzipSync(JSON.stringify({ Records: [{ eventID: `event-${number}`, number }] }));
const region = "AWSLogs/111122223333/CloudTrail/eu-west-1";
const numbersOf = (batches: readonly SourceBatch[]) => valuesOf(batches).map(({ number }) => Number(number));
const count = (wanted: number) => (batches: readonly SourceBatch[]) => numbersOf(batches).length >= wanted;
const answer = (status: number, code: string) => ({ status, body: `<Error><Code>${code}</Code><Message>no</Message></Error>` });

describe.skipIf(missing !== undefined)(`S3 by listing${missing === undefined ? "" : ` (${missing})`}`, () => {
  let aws: AwsStandIn;
  beforeAll(async () => {
    aws = await AwsStandIn.start();
  }, installTimeoutMs);
  afterAll(() => aws.stop());
  afterEach(() => {
    aws.proxy.fault = () => undefined;
  });

  const open = (bucket: string, overrides: Readonly<Record<string, unknown>> = {}, observer = new Told()) => {
    const given = {
      bucket,
      from: "2026-01-01",
      region: "eu-west-1",
      endpoint: aws.proxy.url,
      credentials: awsCredentials,
      poll_seconds: 0.1,
      ...overrides,
    };
    return s3Listing.open(s3Listing.settings.parse(given), awsContext({ observer }));
  };

  testLiveSourceContract("S3 by listing", async () => {
    const bucket = await aws.makeBucket();
    let made = 0;
    return {
      open: () => open(bucket),
      publish: async (messages) => {
        for (const message of messages) await aws.put(bucket, `folder/${String(made++).padStart(5, "0")}+ä.json`, message);
      },
      close: async () => undefined,
    };
  });

  test("a trail is read from its first day to its last, without digests, and a late object under an old day is read", async () => {
    const bucket = await aws.makeBucket();
    await aws.put(bucket, `${region}/2026/11/01/before.json.gz`, trailFile(1));
    await aws.put(bucket, `${region}/2026/11/02/first.json.gz`, trailFile(2));
    await aws.put(bucket, `${region}/2026/11/03/last.json.gz`, trailFile(3));
    await aws.put(bucket, `${region}/2026/11/04/behind.json.gz`, trailFile(4));
    await aws.put(bucket, "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/11/02/digest.json.gz", trailFile(5));
    const lists: string[] = [];
    aws.proxy.fault = ({ path }) => {
      if (path.includes(`${bucket}/?`)) lists.push(decodeURIComponent(path));
      return undefined;
    };
    let isLate = false;
    const batches = await readUntil(open(bucket, { from: "2026-11-02", to: "2026-11-03", look_back_days: 400 }), new Map(), (all) => {
      if (count(2)(all) && !isLate) {
        isLate = true;
        void aws.put(bucket, `${region}/2026/11/02/a-late-one.json.gz`, trailFile(6));
      }
      return count(3)(all);
    });
    expect(numbersOf(batches)).toEqual([2, 3, 6]);
    expect(lists.some((path) => path.includes("CloudTrail-Digest/"))).toBe(false);
    expect(lists.filter((path) => path.includes("start-after=")).every((path) => path.includes(`start-after=${region}/2026/11/02`))).toBe(true);
  });

  test("a first round that was cut short goes on behind the last stored object, and what was written again is read again", async () => {
    const bucket = await aws.makeBucket();
    for (let number = 0; number < 6; number++) await aws.put(bucket, `${region}/2026/11/0${number + 1}/a.json.gz`, trailFile(number));
    const cursors: Cursors = new Map();
    let stored = 0;
    const again = () => open(bucket, { look_back_days: 400 });
    await readUntil(again(), cursors, count(4), () => stored++ < 3);
    expect(numbersOf(await readUntil(again(), cursors, count(3)))).toEqual([3, 4, 5]);
    await aws.put(bucket, `${region}/2026/11/06/a.json.gz`, trailFile(7));
    expect(numbersOf(await readUntil(again(), cursors, count(1)))).toEqual([7]);
  });

  test("an object that is gone or archived is told as a gap, one that is refused stops until it may be read or is skipped, and nothing is passed over", async () => {
    const bucket = await aws.makeBucket();
    for (const [number, name] of ["a", "b", "c", "d", "e"].entries()) await aws.put(bucket, `${name}.json.gz`, trailFile(number));
    const observer = new Told();
    aws.proxy.fault = ({ path }) => {
      if (path.includes("a.json.gz")) return answer(404, "NoSuchKey");
      if (path.includes("b.json.gz")) return answer(403, "InvalidObjectState");
      return path.includes("d.json.gz") ? answer(403, "AccessDenied") : undefined;
    };
    const cursors: Cursors = new Map();
    await expect(readUntil(open(bucket, {}, observer), cursors, () => false)).rejects.toThrow(PermanentError);
    expect(observer.gaps).toEqual(["a.json.gz", "b.json.gz"]);
    expect(numbersOf(await readUntil(open(bucket, { skip: ["d.*"] }), cursors, count(1)))).toEqual([4]);
    await aws.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "e.json.gz" }));
    aws.proxy.fault = () => undefined;
    expect(numbersOf(await readUntil(open(bucket), new Map(), count(4)))).toEqual([0, 1, 2, 3]);
  });

  test("throttling is told and waited for; refused credentials and a missing bucket are permanent", async () => {
    const bucket = await aws.makeBucket();
    await aws.put(bucket, "a.json.gz", trailFile(1));
    const observer = new Told();
    let refusals = 3;
    aws.proxy.fault = ({ path }) => (path.includes(`${bucket}/?`) && refusals-- > 0 ? answer(503, "SlowDown") : undefined);
    expect(numbersOf(await readUntil(open(bucket, {}, observer), new Map(), count(1)))).toEqual([1]);
    expect(observer.details("failing")).toContain("SlowDown");
    await expect(readUntil(open("no-such-bucket"), new Map(), () => false)).rejects.toThrow(/NoSuchBucket/);
    aws.proxy.fault = () => answer(403, "InvalidAccessKeyId");
    await expect(readUntil(open(bucket), new Map(), () => false)).rejects.toThrow(PermanentError);
  });

  test("a role is assumed with its external id and session name, and its credentials sign what is asked of the store", async () => {
    const bucket = await aws.makeBucket();
    await aws.put(bucket, "a.json.gz", trailFile(1));
    const assumed: string[] = [];
    const tokens = new Set<unknown>();
    aws.proxy.fault = ({ path, body, headers }) => {
      if (body.includes("Action=AssumeRole")) assumed.push(decodeURIComponent(body));
      else if (path.includes(bucket)) tokens.add(typeof headers["x-amz-security-token"]);
      return undefined;
    };
    const role = { arn: "arn:aws:iam::111122223333:role/reader", external_id: "ours", endpoint: aws.proxy.url };
    expect(numbersOf(await readUntil(open(bucket, { assume_role: role }), new Map(), count(1)))).toEqual([1]);
    expect(assumed).toHaveLength(1);
    for (const part of ["RoleArn=arn:aws:iam::111122223333:role/reader", "ExternalId=ours", "RoleSessionName=machinetrail"])
      expect(assumed[0]).toContain(part);
    expect([...tokens]).toEqual(["string"]);
  });
});
