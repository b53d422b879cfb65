// How odd is odd enough: the threshold that keeps to so many alerts a day, corrected by what came of it. It stands alone because it is
// the one thing in detection that looks at its own output.

/** The week over which windows and alerts are averaged. */
const averagedDays = 7;
/** How fast the threshold follows what came: half of a lasting miss is gone in two to three days. */
const correctionSpeed = 0.3;
const mostCorrection = 16;
/** However large the budget, what one window in so many would exceed is nothing to tell. */
const loosest = 0.05;

export interface BudgetState {
  readonly windowsByDay: readonly number[];
  readonly alertsByDay: readonly number[];
  readonly alertsToday: number;
  readonly correction: number;
}

export class AlertBudget {
  readonly #alertsADay: number;
  readonly #windowsByDay: number[] = [];
  /** Alerts of the last days, to be held against the budget. */
  readonly #alertsByDay: number[] = [];
  #alertsToday = 0;
  #correction = 1;

  constructor(alertsADay: number) {
    this.#alertsADay = alertsADay;
  }

  get state(): BudgetState {
    return {
      windowsByDay: this.#windowsByDay,
      alertsByDay: this.#alertsByDay,
      alertsToday: this.#alertsToday,
      correction: this.#correction,
    };
  }

  restore({ windowsByDay, alertsByDay, alertsToday, correction }: BudgetState): void {
    this.#windowsByDay.push(...windowsByDay);
    this.#alertsByDay.push(...alertsByDay);
    this.#alertsToday = alertsToday;
    this.#correction = correction;
  }

  /**
   * The probability at which a window is raised. Of so many windows a day as there lately were, so many may be raised; corrected, since
   * several windows make one finding, by what came of it in the days before.
   */
  get threshold(): number {
    return Math.min(loosest, (this.#alertsADay * this.#correction) / Math.max(mean(this.#windowsByDay), 1));
  }

  countAlert(): void {
    this.#alertsToday++;
  }

  /** `isCounted`: whether there was enough past for its alerts to say anything of the threshold. */
  closeDay(windows: number, isCounted: boolean): void {
    push(this.#windowsByDay, windows);
    if (isCounted) {
      push(this.#alertsByDay, this.#alertsToday);
      const wanted = ((this.#alertsADay + 1) / (mean(this.#alertsByDay) + 1)) ** correctionSpeed;
      this.#correction = Math.min(mostCorrection, Math.max(1 / mostCorrection, this.#correction * wanted));
    }
    this.#alertsToday = 0;
  }
}

function push(values: number[], value: number): void {
  values.push(value);
  if (values.length > averagedDays) values.shift();
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length;
}
