// An analyst's questions to a store that is being written to, with how long each waited for its answer.
import { readTimeline } from "../pipeline/read-timeline.ts";
import { whoResource } from "../queries/who-resource.ts";
import type { Store } from "../storage/store.ts";

export interface AskedAbout {
  readonly identities: readonly string[];
  readonly resources: readonly string[];
}

const questionEveryMs = 200;
/** Analysts who wait: the next ones would only make the queue longer. */
const mostWaiting = 5;

export interface Answers {
  /** In order of size. */
  readonly answersMs: readonly number[];
  /** Not asked, because as many as may were waiting. */
  readonly unasked: number;
}

/** Five a second, by turns: the timeline of an identity, and who touched a resource. */
export class AnalystQuestions {
  readonly #store: Store;
  readonly #asked: AskedAbout;
  readonly #answersMs: number[] = [];
  readonly #open = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #count = 0;
  #unasked = 0;

  constructor(store: Store, asked: AskedAbout) {
    this.#store = store;
    this.#asked = asked;
    this.#timer = setInterval(() => this.#ask(), questionEveryMs);
  }

  async stop(): Promise<Answers> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    return { answersMs: this.#answersMs.sort((left, right) => left - right), unasked: this.#unasked };
  }

  #ask(): void {
    if (this.#open.size >= mostWaiting) {
      this.#unasked++;
      return;
    }
    const number = this.#count++;
    const startedMs = performance.now();
    const pick = (all: readonly string[]) => all[Math.floor(number / 2) % all.length] ?? "";
    const answer: Promise<unknown> =
      number % 2 === 0
        ? readTimeline(this.#store, { identity_uid: pick(this.#asked.identities) })
        : this.#store.query(whoResource, { resource_uid: pick(this.#asked.resources) });
    const done = answer.then(() => {
      this.#answersMs.push(performance.now() - startedMs);
      this.#open.delete(done);
    });
    this.#open.add(done);
  }
}
