// Items, each with whether it is the last: sources give many batches of one thing, and only the last of them may say that all of it was read.

/** One is held back until the next is there, or there is none. Where getting the next fails, what is held is given first: it is not the last. */
export async function* withLast<Item>(items: AsyncIterable<Item>): AsyncGenerator<readonly [item: Item, isLast: boolean]> {
  let held: readonly [Item] | undefined;
  try {
    for await (const item of items) {
      if (held !== undefined) yield [held[0], false];
      held = [item];
    }
  } catch (error) {
    if (held !== undefined) yield [held[0], false];
    throw error;
  }
  if (held !== undefined) yield [held[0], true];
}
