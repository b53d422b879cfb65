// Each other detector beside ours at its own number of alerts: who raises on everything finds everything, so that recall alone compares nothing.
import type { CurvePoint } from "./measures.ts";

interface Ranked {
  readonly id: string;
  /** Over all estates together, unthinned. */
  readonly curve: readonly CurvePoint[];
}

/** Of one detector: its highest scores, so many of them. */
export interface AtAlerts {
  readonly id: string;
  readonly alerts: number;
  readonly recall: number;
  readonly precision: number;
}

export interface EqualAlerts {
  readonly other: AtAlerts;
  /** As many alerts of ours or fewer: all that the largest budget gave, where those are fewer. */
  readonly ours: AtAlerts;
}

/** `ours`: from the smallest budget to the largest. The first that raises so many is asked. */
export function atEqualAlerts(ours: readonly Ranked[], others: readonly Ranked[]): EqualAlerts[] {
  return others.flatMap((other) => {
    const last = other.curve.at(-1);
    if (last === undefined) return [];
    const asked = ours.find(({ curve }) => (curve.at(-1)?.alerts ?? 0) >= last.alerts) ?? ours.at(-1);
    const point = asked?.curve.findLast(({ alerts }) => alerts <= last.alerts);
    if (asked === undefined || point === undefined) return [];
    return [{ other: at(other.id, last), ours: at(asked.id, point) }];
  });
}

function at(id: string, { alerts, recall, precision }: CurvePoint): AtAlerts {
  return { id, alerts, recall, precision };
}
