// Which blobs of a container may hold something new. Diagnostic settings write one blob for each resource and hour, by its date, and keep
// them for months: so only the days that may still change are listed.
import type { BlobItem, ContainerClient } from "@azure/storage-blob";

export interface ListedBlob {
  readonly container: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly modifiedAtMs: number;
  /** It grows by whole appends; another kind is written as a whole. */
  readonly isAppend: boolean;
  /** It cannot be read before somebody fetches it from there. */
  readonly isArchived: boolean;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** resourceId=/SUBSCRIPTIONS/.../y=2026/m=11/d=27/h=03/m=00/PT1H.json: where the date begins, its folders are named rather than searched. */
const yearFolder = /(?:^|\/)y=\d{4}\/$/;

/** All blobs written at `sinceMs` or later below `prefix`; of dated ones those of that day and later. */
export async function listBlobs(
  container: ContainerClient,
  prefix: string,
  sinceMs: number,
  nowMs: number,
  abortSignal: AbortSignal,
): Promise<ListedBlob[]> {
  const found: ListedBlob[] = [];
  const keep = (item: BlobItem) => {
    const listed = listedBlob(container.containerName, item);
    if (listed.modifiedAtMs >= sinceMs) found.push(listed);
  };
  const folders = [prefix];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    let isDated = false;
    for await (const item of container.listBlobsByHierarchy("/", { prefix: folder, abortSignal })) {
      if (item.kind === "blob") keep(item);
      else if (yearFolder.test(item.name)) isDated = true;
      else folders.push(item.name);
    }
    if (!isDated) continue;
    // The clock of whoever writes may be ahead by a little.
    for (const day of daysBetween(sinceMs, nowMs + hourMs)) {
      for await (const item of container.listBlobsFlat({ prefix: `${folder}${day}/`, abortSignal })) keep(item);
    }
  }
  return found.sort((left, right) => left.modifiedAtMs - right.modifiedAtMs);
}

function daysBetween(fromMs: number, toMs: number): string[] {
  const days: string[] = [];
  for (let atMs = Math.floor(fromMs / dayMs) * dayMs; atMs <= toMs; atMs += dayMs) {
    const [year, month, day] = new Date(atMs).toISOString().slice(0, 10).split("-");
    days.push(`y=${year}/m=${month}/d=${day}`);
  }
  return days;
}

function listedBlob(container: string, { name, properties }: BlobItem): ListedBlob {
  return {
    container,
    name,
    sizeBytes: properties.contentLength ?? 0,
    etag: properties.etag,
    modifiedAtMs: properties.lastModified.getTime(),
    isAppend: properties.blobType === "AppendBlob",
    isArchived: properties.accessTier === "Archive",
  };
}
