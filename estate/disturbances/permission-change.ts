// A policy is tightened too far: what machines always did is refused, until somebody notices and mends it.
import { failed, isWork } from "../altered-act.ts";
import { hourMs, minuteMs } from "../calendar.ts";
import type { AnyWay } from "../credentials/way.ts";
import type { Disturbance } from "../disturbance.ts";
import type { Act } from "../identity.ts";
import { worksAllDay } from "../schedule.ts";
import type { World } from "../world.ts";
import { changeRights } from "./administration.ts";
import { idsOf, pickFleet } from "./fleet.ts";
import { officeMoment } from "./office-moment.ts";

export const permissionChange: Disturbance = {
  id: "permission-change",
  says: "Machines that were never refused are refused for hours, after somebody changed their rights; then they work again.",
  providers: [],
  perMonth: 4,
  plan(planning) {
    const { world, random } = planning;
    // Whoever works once a day or less may never notice before it is mended.
    const atWork = planning.residents.filter(({ machine }) => worksAllDay(machine.schedule));
    const fleet = pickFleet({ ...planning, residents: atWork }, "persona");
    const holders = (fleet?.residents ?? []).flatMap((resident) => {
      const way = resident.machine.ways.find(hasRights(world));
      return way === undefined ? [] : [{ resident, way }];
    });
    const chosen = random.shuffled(holders).slice(0, 6);
    if (chosen.length === 0) return undefined;
    const startMs = officeMoment(world, planning.startMs, "Europe/Berlin");
    const mendedMs = Math.floor(startMs + random.between(2, 20) * hourMs);
    const uids = new Set(chosen.map(({ way }) => way.identity.uid));
    const refused = new Map<string, string>();
    return {
      startMs,
      endMs: mendedMs + minuteMs,
      touches: idsOf(chosen.map(({ resident }) => resident)),
      identities: [...uids],
      prose: `the policy of ${chosen.map(({ way }) => way.identity.name).join(", ")} was tightened, and mended after ${Math.round((mendedMs - startMs) / hourMs)} hours`,
      act(hour) {
        for (const [atMs, change] of [
          [startMs, "taken"],
          [mendedMs, "given"],
        ] as const) {
          if (atMs < hour.startMs || atMs >= hour.endMs) continue;
          for (const [number, { way }] of chosen.entries()) changeRights(world, way, change, atMs + number * 3_000, hour);
        }
      },
      intercept(act, resident) {
        const { uid } = act.access.identity;
        if (act.atMs < startMs + minuteMs || act.atMs >= mendedMs || !uids.has(uid) || !isWork(act, resident)) return [act];
        // The right to one action is gone: that of the first call that needs one.
        const gone = refused.get(uid) ?? actionOf(act);
        refused.set(uid, gone);
        return actionOf(act) === gone ? [failed(act, "refused")] : [act];
      },
    };
  },
};

function hasRights(world: World): (way: AnyWay) => boolean {
  return ({ identity: { provider, account, principalType } }) => {
    if (provider === "aws") return world.aws.accounts.some(({ id }) => id === account) && /^iam-/.test(principalType);
    if (provider === "gcp") return principalType === "service-account" && world.gcp.projects.some(({ id }) => id === account);
    if (provider === "azure") return true;
    return principalType === "k8s-service-account" && world.clusters.some(({ uid }) => uid === account);
  };
}

function actionOf({ call }: Act): string {
  if (call.provider === "aws") return `${call.service}:${call.name}`;
  if (call.provider === "gcp") return call.method;
  if (call.provider === "azure") return call.log === "signin" ? call.category : call.operation;
  return `${call.verb} ${call.group}/${call.resource}`;
}
