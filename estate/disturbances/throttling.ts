// An account, project or cluster makes more calls than its provider allows: whoever works in it is throttled now and then.
import { minuteMs } from "../calendar.ts";
import type { Disturbance } from "../disturbance.ts";
import { identityUids, idsOf } from "./fleet.ts";
import { retried } from "./trouble-bursts.ts";

export const throttling: Disturbance = {
  id: "throttling",
  says: "Machines that share an account meet an error that they never met, all at the same time, and try again.",
  providers: [],
  perMonth: 4,
  plan({ residents, random, startMs }) {
    const accounts = [1, 2, 3].flatMap(() => random.pick(residents)?.machine.identities[0]?.account ?? []);
    const those = (account: string) => residents.filter(({ machine: { identities } }) => identities.some((each) => each.account === account));
    // It happens where many work.
    const [account] = accounts.sort((left, right) => those(right).length - those(left).length);
    if (account === undefined) return undefined;
    const touched = those(account);
    const minutes = random.integer(60, 300);
    return {
      startMs,
      endMs: startMs + minutes * minuteMs,
      touches: idsOf(touched),
      identities: identityUids(touched),
      prose: `for ${minutes} minutes calls in ${account} were throttled`,
      intercept: (act, resident, own) => retried(act, resident, own, { trouble: "throttled", share: 0.35, tries: [1, 3], gapMs: 700 }),
    };
  },
};
