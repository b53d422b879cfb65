// CloudTrail's files where they are kept, for whoever checks them: a bucket, or a folder that a bucket was copied to.
import { createReadStream, existsSync, readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import type { GetObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { ConfigError } from "../model/errors.ts";
import { InterningParser } from "./decode/interning-parser.ts";
import { type DigestKeys, keyOf } from "./digest.ts";
import { type AwsSettings, areCredentialsRefused, awsClientConfig, awsError, isPassing, sdkError } from "./sources/aws-client.ts";
import { bodyOf, s3Client, UnreadableObject, unreadable } from "./sources/s3-objects.ts";
import type { Level } from "./sources/s3-roots.ts";

interface ArchivedFile {
  /** Throws as `open` does. */
  readonly bytes: AsyncIterable<Buffer>;
  /** Of a digest, hexadecimal; undefined where it was not kept. */
  readonly signature: string | undefined;
}

export interface ArchivedLogs {
  /** Undefined for a folder: its files may be of any bucket. */
  readonly bucket: string | undefined;
  level(prefix: string): Promise<Level>;
  /** Keys that begin with `prefix`, behind `after`, in their order. */
  keys(prefix: string, after: string): AsyncIterable<string>;
  /**
   * Undefined where there is no such file.
   * @throws UnreadableObject where this one cannot be had, whatever is true of the others.
   * @throws TransientError or PermanentError of the bucket.
   */
  open(key: string): Promise<ArchivedFile | undefined>;
  close(): void;
}

export interface ArchiveSettings extends Pick<AwsSettings, "region" | "endpoint" | "assume_role"> {
  readonly bucket: string;
}

const nothing = () => undefined;
/** Nothing of a source: no records are read. */
const context = {
  id: "",
  parser: new InterningParser(),
  observer: { onState: nothing, onLag: nothing, onGap: nothing },
  folder: "",
  secret: () => "",
};

export async function openBucket({ bucket, ...settings }: ArchiveSettings): Promise<ArchivedLogs> {
  return new BucketLogs(await s3Client({ ...settings, credentials: undefined }, context), bucket);
}

/** @throws TransientError or PermanentError. */
export async function listPublicKeys(settings: Omit<ArchiveSettings, "bucket" | "endpoint">, span: { readonly fromMs: number }): Promise<DigestKeys> {
  const { CloudTrailClient, ListPublicKeysCommand } = await import("@aws-sdk/client-cloudtrail");
  const client = new CloudTrailClient(await awsClientConfig({ ...settings, endpoint: undefined, credentials: undefined }, context));
  try {
    const { PublicKeyList = [] } = await client.send(new ListPublicKeysCommand({ StartTime: new Date(span.fromMs), EndTime: new Date() }));
    return new Map(PublicKeyList.flatMap(({ Value, Fingerprint }) => (Value && Fingerprint ? [[Fingerprint, [keyOf(Value)]] as const] : [])));
  } catch (error) {
    throw awsError(error, `asking CloudTrail in ${settings.region} for its public keys`);
  } finally {
    client.destroy();
  }
}

class BucketLogs implements ArchivedLogs {
  readonly bucket: string;
  readonly #client: S3Client;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.bucket = bucket;
  }

  async level(prefix: string): Promise<Level> {
    const { CommonPrefixes = [], Contents = [], IsTruncated = false } = await this.#list(prefix, "", "/");
    return { folders: CommonPrefixes.flatMap(({ Prefix = "" }) => [Prefix]), hasObjects: Contents.length > 0, isCut: IsTruncated };
  }

  async *keys(prefix: string, after: string): AsyncGenerator<string> {
    for (let behind = after; ; ) {
      const { Contents = [], IsTruncated = false } = await this.#list(prefix, behind, undefined);
      for (const { Key = "" } of Contents) yield Key;
      behind = Contents.at(-1)?.Key ?? "";
      if (!IsTruncated || behind === "") return;
    }
  }

  async open(key: string): Promise<ArchivedFile | undefined> {
    const { GetObjectCommand } = await import("@aws-sdk/client-s3");
    const what = `s3://${this.bucket}/${key}`;
    try {
      const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      return { bytes: chunksOf(answer, what), signature: answer.Metadata?.signature };
    } catch (error) {
      if (sdkError(error).status === 404) return undefined;
      throw areCredentialsRefused(error) || isPassing(error) ? awsError(error, `reading ${what}`) : unreadable(error, what);
    }
  }

  close(): void {
    this.#client.destroy();
  }

  async #list(prefix: string, after: string, delimiter: string | undefined) {
    const { ListObjectsV2Command } = await import("@aws-sdk/client-s3");
    const rest = { ...(after === "" ? {} : { StartAfter: after }), ...(delimiter === undefined ? {} : { Delimiter: delimiter }) };
    try {
      return await this.#client.send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, ...rest }));
    } catch (error) {
      throw awsError(error, `listing s3://${this.bucket}/${prefix}`);
    }
  }
}

async function* chunksOf(answer: GetObjectCommandOutput, what: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of bodyOf(answer)) yield Buffer.from(chunk);
  } catch (error) {
    throw awsError(error, `reading ${what}`);
  }
}

async function* fileChunks(file: string, key: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(file);
  } catch (cause) {
    throw new UnreadableObject("refused", `${key}: ${(cause as NodeJS.ErrnoException).code}`, { cause });
  }
}

/** Undefined where there is none, and for names that no file can have. */
function fileStats(file: string): Stats | undefined {
  try {
    const stats = statSync(file);
    return stats.isFile() ? stats : undefined;
  } catch {
    return undefined;
  }
}

/** Hexadecimal, of a key of at most 4096 bits; what is longer is none. */
const longestSignature = 2048;

/**
 * The signature of a digest is kept as metadata of its object; here it is in a file beside it: NAME.signature. `shown`: how the user named the folder.
 * @throws ConfigError where there is none.
 */
export function openFolder(folder: string, shown: string): ArchivedLogs {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new ConfigError(`${shown}: there is no such folder; name one, or a bucket as s3://bucket/prefix`);
  }
  const folderOf = (prefix: string) => path.join(folder, prefix);
  return {
    bucket: undefined,
    async level(prefix) {
      const entries = readdirSync(folderOf(prefix), { withFileTypes: true });
      const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${prefix}${name}/`);
      return { folders: folders.sort(), hasObjects: entries.some((entry) => entry.isFile()), isCut: false };
    },
    async *keys(prefix, after) {
      if (!existsSync(folderOf(prefix))) return;
      const files = readdirSync(folderOf(prefix), { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
      const names = files.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
      for (const name of names.sort()) if (name > after) yield name;
    },
    async open(key) {
      const file = folderOf(key);
      // A key from a digest could lead out of the folder.
      if (!file.startsWith(path.join(folder, path.sep)) || fileStats(file) === undefined) return undefined;
      const beside = `${file}.signature`;
      const hasSignature = (fileStats(beside)?.size ?? Number.POSITIVE_INFINITY) <= longestSignature;
      return { bytes: fileChunks(file, key), signature: hasSignature ? readFileSync(beside, "utf8").trim() : undefined };
    },
    close: () => undefined,
  };
}
