// How odd is odd enough: the threshold that keeps to so many alerts a day, by what the days before would have raised. It stands alone because
// it is the one thing in detection that looks at its own output.

/** The days that say what comes of a threshold. */
const rememberedDays = 7;
/** A day counts as so many budgets at most: whoever makes one day of noise does not buy a week of silence. */
const mostOfOneDay = 3;
/** However large the budget, what one window in so many would exceed is nothing to tell. */
const loosest = 0.05;
/** Of one day so many identities are remembered, the oddest: beyond that no budget asks. */
const mostIdentities = 1000;

export interface BudgetState {
  readonly windowsByDay: readonly number[];
  readonly lowestByDay: readonly (readonly number[])[];
  readonly lowestToday: readonly (readonly [identityUid: string, probability: number])[];
}

export class AlertBudget {
  readonly #alertsADay: number;
  readonly #windowsByDay: number[] = [];
  /** Of each of the last days the lowest probabilities of its identities, lowest first. One identity's day is about one alert. */
  readonly #lowestByDay: number[][] = [];
  readonly #lowestToday = new Map<string, number>();
  #threshold: number | undefined;

  constructor(alertsADay: number) {
    this.#alertsADay = alertsADay;
  }

  get state(): BudgetState {
    return { windowsByDay: this.#windowsByDay, lowestByDay: this.#lowestByDay, lowestToday: [...this.#lowestToday] };
  }

  restore({ windowsByDay, lowestByDay, lowestToday }: BudgetState): void {
    this.#windowsByDay.push(...windowsByDay);
    this.#lowestByDay.push(...lowestByDay.map((day) => [...day]));
    for (const [identityUid, probability] of lowestToday) this.#lowestToday.set(identityUid, probability);
  }

  /**
   * The probability at which a window is raised: that with which the last days would have kept to the budget. Before there are such days,
   * of so many windows a day so many may be raised.
   */
  get threshold(): number {
    this.#threshold ??= Math.min(loosest, this.#fromDays() ?? this.#alertsADay / Math.max(mean(this.#windowsByDay), 1));
    return this.#threshold;
  }

  #fromDays(): number | undefined {
    if (this.#lowestByDay.length === 0 || this.#alertsADay === 0) return undefined;
    const place = Math.max(1, Math.round(this.#alertsADay * this.#lowestByDay.length)) - 1;
    const most = Math.max(1, Math.round(this.#alertsADay * mostOfOneDay));
    return this.#lowestByDay.flatMap((day) => day.slice(0, most)).sort((left, right) => left - right)[place] ?? loosest;
  }

  see(identityUid: string, probability: number): void {
    if (probability <= loosest && probability < (this.#lowestToday.get(identityUid) ?? 1)) this.#lowestToday.set(identityUid, probability);
  }

  /** `isCounted`: whether there was enough past for the day's probabilities to mean anything. */
  closeDay(windows: number, isCounted: boolean): void {
    push(this.#windowsByDay, windows);
    if (isCounted) push(this.#lowestByDay, [...this.#lowestToday.values()].sort((left, right) => left - right).slice(0, mostIdentities));
    this.#lowestToday.clear();
    this.#threshold = undefined;
  }
}

function push<Value>(values: Value[], value: Value): void {
  values.push(value);
  if (values.length > rememberedDays) values.shift();
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length;
}
