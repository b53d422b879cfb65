// What a machine has before it in one hour is done in order of time, whichever job it belongs to.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Agenda } from "../../estate/agenda.ts";

test("everything is done once, at its moment, and never before what is due earlier", () => {
  const moments = fc.array(fc.integer({ min: 0, max: 3_600_000 }), { maxLength: 20 });
  fc.assert(
    fc.property(moments, moments, (events, run) => {
      const agenda = new Agenda();
      const done: number[] = [];
      const steps = run.map((atMs) => ({ atMs }));
      agenda.run(run, steps, (atMs, step) => {
        expect(step.atMs).toBe(atMs);
        done.push(atMs);
      });
      agenda.at(events, (atMs) => void done.push(atMs));
      agenda.live();
      expect(done).toEqual([...events, ...run].sort((left, right) => left - right));
    }),
  );
});
