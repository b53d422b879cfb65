// An analyst's questions to a store that is being written to, with how long each waited for its answer.
import { identityTimeline } from "../queries/identity-timeline.ts";
import { whoResource } from "../queries/who-resource.ts";
import type { Store } from "../storage/store.ts";

export interface AskedAbout {
  readonly identities: readonly string[];
  readonly resources: readonly string[];
}

const questionEveryMs = 200;

/** Five a second, by turns: the timeline of an identity, and who touched a resource. One that is late is not waited for by the next. */
export class AnalystQuestions {
  readonly #store: Store;
  readonly #asked: AskedAbout;
  readonly #answersMs: number[] = [];
  readonly #open = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #count = 0;

  constructor(store: Store, asked: AskedAbout) {
    this.#store = store;
    this.#asked = asked;
    this.#timer = setInterval(() => this.#ask(), questionEveryMs);
  }

  async stop(): Promise<readonly number[]> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    return this.#answersMs.sort((left, right) => left - right);
  }

  #ask(): void {
    const number = this.#count++;
    const startedMs = performance.now();
    const pick = (all: readonly string[]) => all[Math.floor(number / 2) % all.length] ?? "";
    const answer: Promise<unknown> =
      number % 2 === 0
        ? this.#store.query(identityTimeline, { identity_uid: pick(this.#asked.identities) })
        : this.#store.query(whoResource, { resource_uid: pick(this.#asked.resources) });
    const done = answer.then(() => {
      this.#answersMs.push(performance.now() - startedMs);
      this.#open.delete(done);
    });
    this.#open.add(done);
  }
}
