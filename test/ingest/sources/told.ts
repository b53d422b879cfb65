// An observer that keeps what it was told.
import type { SourceObserver, SourceState } from "../../../ingest/source-type.ts";

export class Told implements SourceObserver {
  readonly states: { state: SourceState; detail: string }[] = [];
  readonly lags: number[] = [];
  readonly gaps: string[] = [];
  onState(state: SourceState, detail: string): void {
    this.states.push({ state, detail });
  }
  onLag(_: string, waiting: number): void {
    this.lags.push(waiting);
  }
  onGap({ from }: { from: string }): void {
    this.gaps.push(from);
  }
  details(state: SourceState): string {
    return this.states
      .filter((told) => told.state === state)
      .map(({ detail }) => detail)
      .join("\n");
  }
}
