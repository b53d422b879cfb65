// What was fetched and not asked for yet, in the order in which it came: bounded by bytes, since one fetch may hold a hundred small
// records or one of a megabyte. It stands alone because several consumers fill it and one reader empties it.

/** What kafkajs keeps of a message beside its bytes, about: of a mebibyte of tombstones that is most. */
const messageBytes = 512;

export function fetchedBytes(messages: readonly { readonly key: Buffer | null; readonly value: Buffer | null }[]): number {
  return messages.reduce((sum, { key, value }) => sum + messageBytes + (key?.length ?? 0) + (value?.length ?? 0), 0);
}

export interface ReadAheadItem {
  readonly sizeBytes: number;
  /** Whoever fetched it is gone, and will be followed by somebody who fetches it again. */
  readonly isOver: () => boolean;
}

export class ReadAhead<Item extends ReadAheadItem> {
  readonly #limitBytes: number;
  #items: Item[] = [];
  #sizeBytes = 0;
  #isClosed = false;
  #wakeReader: () => void = () => undefined;
  #waitingForRoom: (() => void)[] = [];

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Taken at once, whatever its size; resolves when there is room for more, so that no more is fetched until then. Never once closed. */
  async push(item: Item): Promise<void> {
    this.#dropLost();
    this.#items.push(item);
    this.#sizeBytes += item.sizeBytes;
    this.#wakeReader();
    while (this.#sizeBytes >= this.#limitBytes || this.#isClosed) await new Promise<void>((resolve) => this.#waitingForRoom.push(resolve));
  }

  /** The oldest, as soon as there is one; undefined once it was closed. */
  async next(): Promise<Item | undefined> {
    while (!this.#isClosed) {
      const item = this.#items.shift();
      if (item === undefined) {
        await new Promise<void>((resolve) => {
          this.#wakeReader = resolve;
        });
        continue;
      }
      this.#makeRoom(item.sizeBytes);
      if (!item.isOver()) return item;
    }
    return undefined;
  }

  /** While nobody reads, a group that is shared out anew again and again would fetch the same again and again. */
  #dropLost(): void {
    const lost = this.#items.filter((item) => item.isOver());
    if (lost.length === 0) return;
    this.#items = this.#items.filter((item) => !item.isOver());
    this.#makeRoom(lost.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  }

  #makeRoom(sizeBytes: number): void {
    this.#sizeBytes -= sizeBytes;
    if (this.#sizeBytes < this.#limitBytes) for (const tellRoom of this.#waitingForRoom.splice(0)) tellRoom();
  }

  close(): void {
    this.#isClosed = true;
    this.#items.length = 0;
    this.#wakeReader();
  }
}
