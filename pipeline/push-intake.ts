// What the HTTP server hands over: for each source of the kind http-push, who may write as it, and the spool that its bodies go to before
// they are acknowledged. The source itself (ingest/sources/http-push.ts) reads that spool in its worker.
import path from "node:path";
import { type HttpPushSettings, httpPush, httpPushSettings, spoolFolder } from "../ingest/sources/http-push.ts";
import { SpoolWriter } from "../ingest/spool/spool-writer.ts";
import { PermanentError } from "../model/errors.ts";
import type { Config } from "./config.ts";

interface PushToken {
  readonly name: string;
  /** SHA-256 of the token, 32 bytes. */
  readonly digest: Buffer;
}

export interface PushSource {
  readonly id: string;
  readonly tokens: readonly PushToken[];
  readonly pubsub: PubsubSignIn | undefined;
}

export interface PubsubSignIn {
  readonly audience: string;
  readonly serviceAccount: string;
  readonly issuer: string;
  readonly jwksUrl: string;
}

interface OpenSource {
  readonly source: PushSource;
  readonly writer: SpoolWriter;
}

export class PushIntake {
  #sources: ReadonlyMap<string, OpenSource>;

  constructor(config: Pick<Config, "sources" | "dataFolder">) {
    this.#sources = openSources(config, new Map());
  }

  /**
   * Tokens and limits as another configuration has them, from the next push on. A source that is gone takes no more; what it took and is not
   * stored yet waits in its spool for the source to come back.
   */
  async reconfigure(config: Pick<Config, "sources" | "dataFolder">): Promise<void> {
    const before = this.#sources;
    this.#sources = openSources(config, before);
    await Promise.all([...before].filter(([id]) => !this.#sources.has(id)).map(([, { writer }]) => writer.close()));
  }

  get sources(): readonly PushSource[] {
    return [...this.#sources.values()].map(({ source }) => source);
  }

  source(id: string): PushSource | undefined {
    return this.#sources.get(id)?.source;
  }

  /** Bytes on disk, by source: what waits to be stored, and the newest file. */
  async spooledBytes(): Promise<ReadonlyMap<string, number>> {
    return new Map(await Promise.all([...this.#sources].map(async ([id, { writer }]) => [id, await writer.usedBytes()] as const)));
  }

  /**
   * Durable once it resolves. `route` names the messages in quarantine.
   * @throws TransientError where there is no room or the disk refuses: nothing was promised.
   */
  async accept(source: PushSource, route: string, bodies: readonly Buffer[]): Promise<void> {
    const open = this.#sources.get(source.id);
    if (open === undefined) throw new PermanentError(`the source ${source.id} takes no pushes`);
    await open.writer.append(bodies.map((body) => ({ route, body })));
  }

  /** What was accepted before is durable then. */
  async close(): Promise<void> {
    await Promise.all([...this.#sources.values()].map(({ writer }) => writer.close()));
  }
}

/** A spool that is open already goes on: it has one writer. */
function openSources(
  { sources, dataFolder }: Pick<Config, "sources" | "dataFolder">,
  open: ReadonlyMap<string, OpenSource>,
): Map<string, OpenSource> {
  const pushed = sources.filter(({ type }) => type === httpPush.type);
  return new Map(
    pushed.map(({ id, settings }) => [
      id,
      openSource(id, httpPushSettings.parse(settings), path.join(dataFolder, "sources", id), open.get(id)?.writer),
    ]),
  );
}

function openSource(id: string, settings: HttpPushSettings, folder: string, opened: SpoolWriter | undefined): OpenSource {
  const { tokens, pubsub, max_spool_bytes, min_free_bytes } = settings;
  const limits = { sizeBytes: max_spool_bytes, freeBytes: min_free_bytes };
  const writer = opened ?? new SpoolWriter(spoolFolder(folder), limits);
  writer.limits = limits;
  return {
    source: {
      id,
      tokens: tokens.map(({ name, sha256 }) => ({ name, digest: Buffer.from(sha256, "hex") })),
      pubsub: pubsub && { audience: pubsub.audience, serviceAccount: pubsub.service_account, issuer: pubsub.issuer, jwksUrl: pubsub.jwks_url },
    },
    writer,
  };
}
