// A trail with log file validation, as CloudTrail delivers it: log files, and each hour a digest, signed by a real RSA key and chained to the one before.
// AWS's own `aws cloudtrail validate-logs` (1.45.11), run by hand on such a trail in moto, finds it valid, and finds a log file that was changed.
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

interface DeliveredFile {
  readonly key: string;
  bytes: Buffer;
  /** Metadata of its object; of digests only. */
  readonly signature: string | undefined;
}

export interface SignedTrail {
  readonly files: DeliveredFile[];
  readonly logs: DeliveredFile[];
  readonly digests: DeliveredFile[];
  readonly fingerprint: string;
  /** PKCS #1, DER, base64: as ListPublicKeys gives it. */
  readonly publicKey: string;
}

export interface TrailOptions {
  readonly bucket: string;
  readonly hours: number;
  /** The first hour's digest ends then. */
  readonly firstEndMs: number;
  /** What keys begin with. */
  readonly lead?: string;
  /** Hours of which the chain begins anew. */
  readonly anew?: readonly number[];
}

const hourMs = 3_600_000;
const account = "111122223333";
const region = "eu-west-1";
const keyPair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
const iso = (timeMs: number): string => new Date(timeMs).toISOString().replace(".000Z", "Z");
const compact = (timeMs: number): string => iso(timeMs).replaceAll(/[-:]/g, "");
const dayOf = (timeMs: number): string => iso(timeMs).slice(0, 10).replaceAll("-", "/");

export function makeSignedTrail(
  { bucket, hours, firstEndMs, lead = "", anew = [] }: TrailOptions,
  privateKey: KeyObject = keyPair.privateKey,
): SignedTrail {
  const logs: DeliveredFile[] = [];
  const digests: DeliveredFile[] = [];
  let before: { key: string; hash: string; signature: string } | undefined;
  const der = keyPair.publicKey.export({ format: "der", type: "pkcs1" });
  const fingerprint = createHash("md5").update(der).digest("hex");
  for (let hour = 0; hour < hours; hour++) {
    const endMs = firstEndMs + hour * hourMs;
    const names = [5, 35].map((minute) => {
      const atMs = endMs - hourMs + minute * 60_000;
      const key = `${lead}AWSLogs/${account}/CloudTrail/${region}/${dayOf(atMs)}/${account}_CloudTrail_${region}_${compact(atMs).slice(0, 13)}Z_${hour}x${minute}.json.gz`;
      const plain = Buffer.from(JSON.stringify({ Records: [{ eventID: key }] }));
      logs.push({ key, bytes: gzipSync(plain), signature: undefined });
      return {
        s3Bucket: bucket,
        s3Object: key,
        hashValue: sha256(plain),
        hashAlgorithm: "SHA-256",
        newestEventTime: iso(atMs),
        oldestEventTime: iso(atMs),
      };
    });
    if (anew.includes(hour)) before = undefined;
    const key = `${lead}AWSLogs/${account}/CloudTrail-Digest/${region}/${dayOf(endMs)}/${account}_CloudTrail-Digest_${region}_my_trail_${region}_${compact(endMs)}.json.gz`;
    const plain = Buffer.from(
      JSON.stringify({
        awsAccountId: account,
        digestStartTime: iso(endMs - hourMs),
        digestEndTime: iso(endMs),
        digestS3Bucket: bucket,
        digestS3Object: key,
        digestPublicKeyFingerprint: fingerprint,
        digestSignatureAlgorithm: "SHA256withRSA",
        newestEventTime: null,
        oldestEventTime: null,
        previousDigestS3Bucket: before === undefined ? null : bucket,
        previousDigestS3Object: before?.key ?? null,
        previousDigestHashValue: before?.hash ?? null,
        previousDigestHashAlgorithm: before === undefined ? null : "SHA-256",
        previousDigestSignature: before?.signature ?? null,
        logFiles: names,
      }),
    );
    const signed = `${iso(endMs)}\n${bucket}/${key}\n${sha256(plain)}\n${before?.signature ?? "null"}`;
    const signature = sign("RSA-SHA256", Buffer.from(signed), privateKey).toString("hex");
    digests.push({ key, bytes: gzipSync(plain), signature });
    before = { key, hash: sha256(plain), signature };
  }
  return { files: [...logs, ...digests], logs, digests, fingerprint, publicKey: der.toString("base64") };
}

/** As a copy of the bucket below `lead`, which keeps no metadata; the last digest's signature lies beside it. */
export function writeTrail(folder: string, { files, digests }: SignedTrail, lead = ""): void {
  const write = (key: string, bytes: Buffer | string) => {
    const file = path.join(folder, key.slice(lead.length));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  };
  for (const { key, bytes } of files) write(key, bytes);
  const last = digests.at(-1);
  if (last?.signature !== undefined) write(`${last.key}.signature`, last.signature);
}

export function publicKeysJson({ publicKey, fingerprint }: SignedTrail): string {
  return JSON.stringify({ PublicKeyList: [{ Value: publicKey, Fingerprint: fingerprint, ValidityStartTime: 0, ValidityEndTime: 4e9 }] });
}
