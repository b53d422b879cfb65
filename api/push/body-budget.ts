// The memory that bodies may take which are not on disk yet, over all connections: what bounds it is not how many there are, but how large.
export class BodyBudget {
  readonly #limitBytes: number;
  #takenBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** A share that grows with what a request turns out to need; undefined where there is no room for it now. */
  open(sizeBytes: number): BodyShare | undefined {
    const share = new BodyShare((moreBytes) => this.#take(moreBytes));
    return share.grow(sizeBytes) ? share : undefined;
  }

  #take(moreBytes: number): boolean {
    // One that is alone always has room: otherwise a body above the limit would be told to come again for ever.
    if (moreBytes > 0 && this.#takenBytes > 0 && this.#takenBytes + moreBytes > this.#limitBytes) return false;
    this.#takenBytes += moreBytes;
    return true;
  }
}

class BodyShare {
  readonly #take: (moreBytes: number) => boolean;
  #sizeBytes = 0;

  constructor(take: (moreBytes: number) => boolean) {
    this.#take = take;
  }

  grow(moreBytes: number): boolean {
    const isTaken = this.#take(moreBytes);
    if (isTaken) this.#sizeBytes += moreBytes;
    return isTaken;
  }

  /** Safe to call twice. */
  release(): void {
    this.#take(-this.#sizeBytes);
    this.#sizeBytes = 0;
  }
}
