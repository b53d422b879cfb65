// The memory that bodies may take which are not on disk yet, over all connections: what bounds it is not how many there are, but how large.
export class BodyBudget {
  readonly #limitBytes: number;
  readonly #takenBySource = new Map<string, number>();
  #takenBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /**
   * A share that grows with what a request turns out to need; undefined where there is no room for it now. Where others may want some of it
   * too, a source has half at most: its slow senders keep nobody else out.
   */
  open(source: string, sizeBytes: number, { hasOthers }: { readonly hasOthers: boolean }): BodyShare | undefined {
    const sourceLimitBytes = hasOthers ? this.#limitBytes / 2 : this.#limitBytes;
    const share = new BodyShare((moreBytes, heldBytes) => this.#take(source, sourceLimitBytes, moreBytes, heldBytes));
    return share.grow(sizeBytes) ? share : undefined;
  }

  #take(source: string, sourceLimitBytes: number, moreBytes: number, heldBytes: number): boolean {
    const ofSource = this.#takenBySource.get(source) ?? 0;
    // One that is alone always has room: otherwise a body above the limit would be told to come again for ever.
    if (moreBytes > 0 && this.#takenBytes > heldBytes && this.#takenBytes + moreBytes > this.#limitBytes) return false;
    if (moreBytes > 0 && ofSource > heldBytes && ofSource + moreBytes > sourceLimitBytes) return false;
    this.#takenBytes += moreBytes;
    if (ofSource + moreBytes > 0) this.#takenBySource.set(source, ofSource + moreBytes);
    else this.#takenBySource.delete(source);
    return true;
  }
}

export class BodyShare {
  readonly #take: (moreBytes: number, heldBytes: number) => boolean;
  #sizeBytes = 0;

  constructor(take: (moreBytes: number, heldBytes: number) => boolean) {
    this.#take = take;
  }

  grow(moreBytes: number): boolean {
    const isTaken = this.#take(moreBytes, this.#sizeBytes);
    if (isTaken) this.#sizeBytes += moreBytes;
    return isTaken;
  }

  /** Safe to call twice. */
  release(): void {
    this.#take(-this.#sizeBytes, this.#sizeBytes);
    this.#sizeBytes = 0;
  }
}
