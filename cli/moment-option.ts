// A day or a time as options take it: one meaning for all commands.
import { InvalidArgumentError } from "commander";

const dayMs = 86_400_000;

/** A day (its start, or its end), or a time; UTC. */
export function momentOf(edge: "start" | "end"): (text: string) => number {
  return (text) => {
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
    const isTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?Z?$/.test(text);
    const timeMs = Date.parse(isDay ? `${text}T00:00:00Z` : isTime ? `${text.replace(" ", "T").replace(/Z$/, "")}Z` : "");
    const isReal = Number.isFinite(timeMs) && new Date(timeMs).toISOString().startsWith(text.slice(0, 10));
    if (!isReal || timeMs < 0 || timeMs > Date.UTC(2200, 0))
      throw new InvalidArgumentError("It must be a day or time such as 2026-11-12 or 2026-11-12T08:00.");
    return isDay && edge === "end" ? timeMs + dayMs : timeMs;
  };
}
