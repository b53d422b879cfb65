// Whether CloudTrail's files are as they were delivered: each digest by its signature, the chain of digests by what the next one says of the one
// before, each log file by its hash; and what no digest names. It reads, and changes nothing.
import { createHash } from "node:crypto";
import path from "node:path";
import { type ArchivedLogs, listPublicKeys, openBucket, openFolder } from "../ingest/archived-logs.ts";
import { DamagedInput, decompressStream } from "../ingest/decode/decompress.ts";
import { checkSignature, type Digest, type DigestKeys, parseDigest, parseKeys } from "../ingest/digest.ts";
import { UnreadableObject } from "../ingest/sources/s3-objects.ts";
import { dayPrefix, findRoots, type ListingRoot } from "../ingest/sources/s3-roots.ts";
import { ConfigError } from "../model/errors.ts";

export interface VerifyDigestsOptions {
  /** s3://bucket/prefix, or a folder. */
  readonly where: string;
  readonly workingFolder: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** What a file of keys holds, and its name; undefined: CloudTrail is asked. */
  readonly keys?: { readonly text: string; readonly name: string } | undefined;
  /** Of the bucket; CloudTrail is asked in the region that each digest names. */
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
  readonly onProgress?: (digests: number, logFiles: number) => void;
}

interface DigestProblem {
  readonly kind: "digest" | "log file" | "gap";
  /** Constant text. */
  readonly reason: string;
  /** Key of the file; of a gap, of the digest behind it. */
  readonly object: string;
  /** What else there is to say; empty where nothing is. */
  readonly detail: string;
}

interface TrailReport {
  readonly account: string;
  readonly region: string;
  readonly trail: string;
  /** What the digests that were read cover, in milliseconds. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly digests: number;
  readonly validDigests: number;
  readonly logFiles: number;
  readonly intactLogFiles: number;
}

export interface DigestReport {
  readonly trails: readonly TrailReport[];
  /** At most a thousand of them. */
  readonly problems: readonly DigestProblem[];
  readonly totalProblems: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const keptProblems = 1000;
/** Files that are read side by side. */
const parallelFiles = 8;
/** A digest of a busy hour holds some thousand names of log files. */
const mostDigestBytes = 32 * 1024 * 1024;
/** A digest comes once an hour, some time after it. */
const overdueMs = 2 * hourMs + hourMs / 2;

/**
 * @throws ConfigError where there is no digest to check, or the options contradict each other.
 * @throws TransientError or PermanentError of the bucket.
 */
export async function verifyDigests(options: VerifyDigestsOptions): Promise<DigestReport> {
  const { logs, prefix } = await openLogs(options);
  try {
    const check = new DigestCheck(logs, keysOf(options), options);
    const roots = await findRoots(prefix, (folder) => logs.level(folder), isNeitherLogsNorDigests);
    for (const root of roots) if (/(?:^|\/)CloudTrail-Digest\//.test(root.prefix)) await check.checkRoot(root);
    for (const root of roots) if (/(?:^|\/)CloudTrail\//.test(root.prefix)) await check.checkCovered(root);
    if (check.trails.length === 0) {
      if (check.keysFailure !== undefined) throw check.keysFailure;
      const span = `${new Date(options.fromMs).toISOString()} and ${new Date(options.toMs).toISOString()}`;
      throw new ConfigError(
        `verify-digests ${options.where}: there is no digest of CloudTrail between ${span}; is log file validation on for the trail?`,
      );
    }
    return { trails: check.trails, problems: check.problems, totalProblems: check.totalProblems };
  } finally {
    logs.close();
  }
}

async function openLogs({ where, workingFolder, region, endpoint, ...rest }: VerifyDigestsOptions): Promise<{ logs: ArchivedLogs; prefix: string }> {
  const [, bucket, prefix = ""] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(where) ?? [];
  if (bucket === undefined) return { logs: openFolder(path.resolve(workingFolder, where), `verify-digests ${where}`), prefix: "" };
  if (region === undefined) throw new ConfigError(`verify-digests ${where}: which region is the bucket in? Give --region, or set AWS_REGION`);
  return { logs: await openBucket({ bucket, region, endpoint, assume_role: role(rest) }), prefix };
}

function role({ roleArn, externalId }: Pick<VerifyDigestsOptions, "roleArn" | "externalId">) {
  return roleArn === undefined ? undefined : { arn: roleArn, external_id: externalId, session_name: "machinetrail", endpoint: undefined };
}

/** Asked once a region, from a day before on: a key is older than what it signs. */
function keysOf(options: VerifyDigestsOptions): (region: string) => Promise<DigestKeys> {
  const { keys, fromMs } = options;
  if (keys !== undefined) {
    const given = parseKeys(keys.text, keys.name);
    return async () => given;
  }
  const byRegion = new Map<string, Promise<DigestKeys>>();
  return (region) => {
    const asked = byRegion.get(region) ?? listPublicKeys({ region, assume_role: role(options) }, { fromMs: fromMs - dayMs });
    byRegion.set(region, asked);
    return asked;
  };
}

/** Of an account's folders only those of the digests and of the log files. */
function isNeitherLogsNorDigests(folder: string): boolean {
  return /(?:^|\/)\d{12}\/(?!CloudTrail(?:-Digest)?\/)[^/]+\/$/.test(folder);
}

/** What leads to the files of one account and region, of logs and digests alike. */
function regionOf({ prefix }: ListingRoot): string {
  return prefix.replace(/(^|\/)CloudTrail(?:-Digest)?\/([^/]*).*$/s, "$1$2");
}

/** A digest as it lies there. */
interface DigestFile {
  readonly key: string;
  readonly isBackfill: boolean;
  /** Undefined where it is none, or cannot be had: `failure` says why. */
  readonly digest: Digest | undefined;
  readonly failure: string;
  /** As it is kept beside the file. */
  readonly signature: string | undefined;
}

interface TrailFiles {
  readonly account: string;
  readonly region: string;
  readonly trail: string;
  readonly homeRegion: string;
  readonly isBackfill: boolean;
  readonly keys: string[];
  /** The first one behind the time that is checked: in a folder it holds the signature of the last one within. */
  following: string | undefined;
}

class DigestCheck {
  readonly trails: TrailReport[] = [];
  readonly problems: DigestProblem[] = [];
  totalProblems = 0;
  /** Why the last keys could not be had. */
  keysFailure: Error | undefined;
  readonly #covered = new Set<string>();
  readonly #logs: ArchivedLogs;
  readonly #keys: (region: string) => Promise<DigestKeys>;
  readonly #options: VerifyDigestsOptions;
  #digests = 0;
  #logFiles = 0;

  constructor(logs: ArchivedLogs, keys: (region: string) => Promise<DigestKeys>, options: VerifyDigestsOptions) {
    this.#logs = logs;
    this.#keys = keys;
    this.#options = options;
  }

  /** All trails that deliver digests of one account and region. */
  async checkRoot(root: ListingRoot): Promise<void> {
    const named = new Set<string>();
    const reports: TrailReport[] = [];
    const trails = await this.#filesOf(root);
    if (trails.size > 0) this.#covered.add(regionOf(root));
    for (const files of trails.values()) {
      const report = await this.#checkTrail(files, named);
      if (report !== undefined) reports.push(report);
    }
    this.trails.push(...reports);
    if (reports.length === 0) return;
    const firstMs = Math.min(...reports.map((report) => report.firstMs));
    const lastMs = Math.max(...reports.map((report) => report.lastMs));
    await this.#checkNamed(root, named, { firstMs, lastMs });
  }

  /** Whoever takes all digests of a region away breaks no chain. */
  async checkCovered(root: ListingRoot): Promise<void> {
    const { fromMs, toMs } = this.#options;
    const region = regionOf(root);
    if (this.#covered.has(region)) return;
    const lastMs = Math.min(toMs, Date.now()) - overdueMs;
    const lastDay = dayPrefix(root, dayOf(lastMs));
    for await (const key of this.#logs.keys(root.prefix, dayPrefix(root, dayOf(fromMs)) ?? "")) {
      if (lastDay !== undefined && key > `${lastDay}\uffff`) break;
      const deliveredMs = deliveryOf(key);
      if (deliveredMs === undefined || deliveredMs < fromMs || deliveredMs > lastMs) continue;
      this.#problem("gap", "there are log files and no digest of the whole time", key);
      this.#covered.add(region);
      return;
    }
  }

  async #filesOf(root: ListingRoot): Promise<Map<string, TrailFiles>> {
    const { fromMs, toMs } = this.#options;
    const trails = new Map<string, TrailFiles>();
    const last = dayPrefix(root, dayOf(toMs + dayMs));
    for await (const key of this.#logs.keys(root.prefix, dayPrefix(root, dayOf(fromMs)) ?? "")) {
      if (last !== undefined && key > `${last}\uffff`) break;
      const name = digestName(key);
      if (name === undefined || name.endMs <= fromMs) continue;
      const { account, region, trail, homeRegion, isBackfill } = name;
      const id = `${account} ${region} ${trail} ${homeRegion} ${isBackfill}`;
      const files = trails.get(id) ?? { account, region, trail, homeRegion, isBackfill, keys: [], following: undefined };
      // The last hour's digest comes in the next.
      if (name.endMs <= toMs + hourMs) files.keys.push(key);
      else files.following ??= key;
      trails.set(id, files);
    }
    return trails;
  }

  async #checkTrail(files: TrailFiles, named: Set<string>): Promise<TrailReport | undefined> {
    const { keys, following, isBackfill, account, region, trail, homeRegion } = files;
    if (keys.length === 0) return undefined;
    const publicKeys = await this.#keysOf(homeRegion, keys[0]);
    if (publicKeys === undefined) return undefined;
    const counts = { digests: 0, validDigests: 0, logFiles: 0, intactLogFiles: 0 };
    let firstMs = Number.POSITIVE_INFINITY;
    let lastMs = Number.NEGATIVE_INFINITY;
    let before: DigestFile | undefined;
    let next = this.#load(keys[0], isBackfill);
    for (const index of keys.keys()) {
      const current = await next;
      next = this.#load(keys[index + 1] ?? following, isBackfill);
      if (current === undefined) continue;
      counts.digests++;
      const behind = await next;
      const isValid = this.#checkDigest(current, behind, publicKeys);
      const isChained = isBackfill || this.#checkChain(current, before, index === 0);
      if (isValid && isChained) counts.validDigests++;
      before = current;
      const { digest } = current;
      if (digest === undefined) continue;
      counts.logFiles += digest.logFiles.length;
      // What somebody else wrote, or for somewhere else, is not asked for, and says nothing of the time that is covered.
      const isSigned = isValid || (this.#isInPlace(current.key, digest) && isSignedBy(current, behind, publicKeys));
      if (isSigned) {
        firstMs = Math.min(firstMs, Date.parse(digest.digestStartTime));
        lastMs = Math.max(lastMs, Date.parse(digest.digestEndTime));
      }
      counts.intactLogFiles += await this.#checkLogFiles(current, digest, isSigned, named);
      this.#digests++;
      this.#options.onProgress?.(this.#digests, this.#logFiles);
    }
    if (!isBackfill && before !== undefined && Number.isFinite(lastMs) && lastMs < Math.min(this.#options.toMs, Date.now()) - overdueMs) {
      this.#problem("gap", "there is no digest behind it", before.key, `none since ${new Date(lastMs).toISOString()}`);
    }
    return { account, region, trail: isBackfill ? `${trail} (backfill)` : trail, firstMs, lastMs, ...counts };
  }

  /** A region is what the name of a file says, and anybody may have written that. */
  async #keysOf(region: string, key: string | undefined): Promise<DigestKeys | undefined> {
    try {
      return await this.#keys(region);
    } catch (error) {
      this.keysFailure = error as Error;
      this.#problem("digest", "the public keys of its region cannot be had", key ?? "", this.keysFailure.message);
      return undefined;
    }
  }

  async #load(key: string | undefined, isBackfill: boolean): Promise<DigestFile | undefined> {
    if (key === undefined) return undefined;
    try {
      const file = await this.#logs.open(key);
      if (file === undefined) return undefined;
      const bytes = await inflated(file.bytes);
      return { key, isBackfill, digest: bytes === undefined ? undefined : parseDigest(bytes), failure: "", signature: file.signature };
    } catch (error) {
      if (!(error instanceof UnreadableObject)) throw error;
      return { key, isBackfill, digest: undefined, failure: error.message, signature: undefined };
    }
  }

  #checkDigest(current: DigestFile, next: DigestFile | undefined, keys: DigestKeys): boolean {
    const { key, digest, failure } = current;
    if (digest === undefined) return this.#problem("digest", "it cannot be read as a digest", key, failure);
    if (!this.#isInPlace(key, digest)) {
      return this.#problem("digest", "it is not where it was delivered", key, `s3://${digest.digestS3Bucket}/${digest.digestS3Object}`);
    }
    const [signature] = signaturesOf(current, next);
    if (signature === undefined) return this.#problem("digest", "its signature is not kept, and no later digest holds it", key);
    const result = checkSignature(digest, signature, keys);
    if (result === "valid") return true;
    if (result === "invalid") return this.#problem("digest", "its signature does not hold", key);
    return this.#problem("digest", "there is no public key of its fingerprint", key, digest.digestPublicKeyFingerprint);
  }

  #isInPlace(key: string, { digestS3Bucket, digestS3Object }: Digest): boolean {
    if (this.#logs.bucket !== undefined) return digestS3Bucket === this.#logs.bucket && digestS3Object === key;
    return digestS3Object === key || digestS3Object.endsWith(`/${key}`);
  }

  /** What this digest says of the one before it. */
  #checkChain({ key, digest }: DigestFile, before: DigestFile | undefined, isFirst: boolean): boolean {
    if (digest === undefined) return false;
    const { previousDigestS3Object: previous, digestStartTime } = digest;
    if (isFirst) {
      const isWhole = previous == null || Date.parse(digestStartTime) <= this.#options.fromMs;
      return isWhole || this.#problem("digest", "it is missing, and the next digest names it", previous);
    }
    if (previous == null)
      return this.#problem("gap", "the chain begins anew: between the digests nothing was vouched for", key, `until ${digestStartTime}`);
    if (before === undefined || !(before.key === previous || previous.endsWith(`/${before.key}`))) {
      return this.#problem("digest", "it is missing, and the next digest names it", previous);
    }
    if (before.digest === undefined) return false;
    if (before.digest.sha256 !== digest.previousDigestHashValue)
      return this.#problem("digest", "it is not the one that the next digest vouches for", before.key);
    if (before.signature !== undefined && before.signature !== digest.previousDigestSignature) {
      return this.#problem("digest", "its signature is not the one that the next digest holds", before.key);
    }
    if (digestStartTime <= before.digest.digestEndTime) return true;
    return this.#problem("gap", "between the digests nothing was vouched for", key, `${before.digest.digestEndTime} to ${digestStartTime}`);
  }

  /** Returns how many are as they were delivered. */
  async #checkLogFiles({ key }: DigestFile, { digestS3Object, logFiles }: Digest, isSigned: boolean, named: Set<string>): Promise<number> {
    // In a folder, what of a key leads to where the folder was copied from.
    const lead = digestS3Object.endsWith(key) ? digestS3Object.slice(0, digestS3Object.length - key.length) : "";
    let intact = 0;
    for (let first = 0; first < logFiles.length; first += parallelFiles) {
      const checked = logFiles.slice(first, first + parallelFiles).map(async ({ s3Bucket, s3Object, hashValue }) => {
        const logKey = s3Object.startsWith(lead) ? s3Object.slice(lead.length) : s3Object;
        named.add(logKey);
        if (!isSigned) return false;
        if (this.#logs.bucket !== undefined && s3Bucket !== this.#logs.bucket)
          return this.#problem("log file", "it lies in another bucket", s3Object, s3Bucket);
        try {
          const file = await this.#logs.open(logKey);
          if (file === undefined) return this.#problem("log file", "it is missing", logKey);
          return (await sha256(file.bytes)) === hashValue || this.#problem("log file", "it was changed", logKey);
        } catch (error) {
          if (!(error instanceof UnreadableObject)) throw error;
          return this.#problem("log file", "it cannot be read", logKey, error.message);
        }
      });
      intact += (await Promise.all(checked)).filter(Boolean).length;
      this.#logFiles += checked.length;
      this.#options.onProgress?.(this.#digests, this.#logFiles);
    }
    return intact;
  }

  /** An hour at either end apart, since a file's name has the minute of its delivery, and its digest comes later. */
  async #checkNamed(root: ListingRoot, named: ReadonlySet<string>, { firstMs, lastMs }: { firstMs: number; lastMs: number }): Promise<void> {
    const logRoot = { ...root, prefix: root.prefix.replace(/CloudTrail-Digest\/(?=[^/]+\/$)/, "CloudTrail/") };
    if (!Number.isFinite(firstMs)) return;
    const lastDay = dayPrefix(logRoot, dayOf(lastMs));
    for await (const key of this.#logs.keys(logRoot.prefix, dayPrefix(logRoot, dayOf(firstMs)) ?? "")) {
      if (lastDay !== undefined && key > `${lastDay}\uffff`) break;
      const deliveredMs = deliveryOf(key);
      if (deliveredMs === undefined || named.has(key)) continue;
      if (deliveredMs > firstMs + hourMs && deliveredMs < lastMs - hourMs) this.#problem("log file", "no digest names it", key);
    }
  }

  #problem(kind: DigestProblem["kind"], reason: string, object: string, detail = ""): false {
    this.totalProblems++;
    if (this.problems.length < keptProblems) this.problems.push({ kind, reason, object, detail });
    return false;
  }
}

/** By the digest's object, and by the next digest. */
function signaturesOf({ digest, signature }: DigestFile, next: DigestFile | undefined): string[] {
  const isNext = digest !== undefined && next?.digest?.previousDigestS3Object === digest.digestS3Object;
  return [signature, isNext ? next.digest.previousDigestSignature : undefined].filter((each) => typeof each === "string");
}

/** By any of its signatures: one of the two may have been replaced. */
function isSignedBy(current: DigestFile, next: DigestFile | undefined, keys: DigestKeys): boolean {
  const { digest } = current;
  return digest !== undefined && signaturesOf(current, next).some((signature) => checkSignature(digest, signature, keys) === "valid");
}

/** In milliseconds; undefined of what is no log file by its name. */
function deliveryOf(key: string): number | undefined {
  const [, year, month, day, hour, minute] = /_CloudTrail_[^_/]+_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_[^/]*$/.exec(key) ?? [];
  return year === undefined ? undefined : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}

/** ACCOUNT_CloudTrail-Digest_REGION_TRAIL_HOMEREGION_TIME[_backfill].json.gz; a trail's name may hold underscores. */
function digestName(key: string) {
  const name = /([^/]+)_CloudTrail-Digest_([^_/]+)_(.+)_([a-z0-9-]{1,32})_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(_backfill)?\.json\.gz$/.exec(key);
  if (name === null) return undefined;
  const [, account = "", region = "", trail = "", homeRegion = "", year, month, day, hour, minute, second, backfill] = name;
  return {
    account,
    region,
    trail,
    homeRegion,
    isBackfill: backfill !== undefined,
    endMs: Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`),
  };
}

function dayOf(timeMs: number): string {
  return new Date(Math.max(0, timeMs)).toISOString().slice(0, 10);
}

/** Undefined where it is damaged, or no digest by its size. */
async function inflated(bytes: AsyncIterable<Buffer>): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of decompressStream(bytes, undefined)) {
      sizeBytes += chunk.length;
      if (sizeBytes > mostDigestBytes) return undefined;
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof DamagedInput) return undefined;
    throw error;
  }
  return Buffer.concat(chunks);
}

/** Of what it inflates to; undefined where it is damaged. */
async function sha256(bytes: AsyncIterable<Buffer>): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of decompressStream(bytes, undefined)) hash.update(chunk);
    return hash.digest("hex");
  } catch (error) {
    if (error instanceof DamagedInput) return undefined;
    throw error;
  }
}
