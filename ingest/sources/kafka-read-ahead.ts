// What was fetched and not asked for yet, in the order in which it came: bounded by bytes, since one fetch may hold a hundred small
// records or one of a megabyte. It stands alone because several consumers fill it and one reader empties it.

export interface ReadAheadItem {
  readonly sizeBytes: number;
  /** Whoever fetched it is gone, and will be followed by somebody who fetches it again. */
  readonly isOver: () => boolean;
}

export class ReadAhead<Item extends ReadAheadItem> {
  readonly #limitBytes: number;
  readonly #items: Item[] = [];
  #sizeBytes = 0;
  #isClosed = false;
  #wakeReader: () => void = () => undefined;
  #waitingForRoom: (() => void)[] = [];

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Taken at once, whatever its size; resolves when there is room for more, so that no more is fetched until then. Never once closed. */
  async push(item: Item): Promise<void> {
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
      this.#sizeBytes -= item.sizeBytes;
      if (this.#sizeBytes < this.#limitBytes) for (const tellRoom of this.#waitingForRoom.splice(0)) tellRoom();
      if (!item.isOver()) return item;
    }
    return undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#items.length = 0;
    this.#wakeReader();
  }
}
