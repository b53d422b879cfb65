// A person works with a credential that was made for a machine: to get something done quickly, or to stay unnamed.
import { z } from "zod";
import type { Provider } from "../../model/identity-action.ts";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { hourMs } from "../calendar.ts";
import { lookAround } from "../exploration.ts";
import type { Hour } from "../hour.ts";
import type { Access } from "../identity.ts";
import { campaign, emit, isStealable, movesOver, overHours, seatAt, steal, stepsAt } from "../intruder.ts";
import type { Random } from "../random.ts";
import { Surroundings } from "../surroundings.ts";
import { strangerNetwork } from "../world.ts";

export const humanAtMachineCredential = defineAttack({
  id: "human-at-machine-credential",
  technique: "T1078.004",
  providers: [],
  says: "A person explores and works at a command line with a machine's credential, in one sitting or several.",
  visible:
    "An agent of a command line on a laptop where a service calls; pauses of a person who reads and types; lists, refusals and errors of one who looks for something; an office's or a home's network.",
  invisible:
    "Who the person is: the record names the machine. On Azure only what changes something or hands out keys is logged. Whoever copies a script's agent and pastes commands is as even as a machine.",
  parameters: z.strictObject({
    calls: z.int().min(3).max(10_000).default(45).describe("Calls in all sittings together."),
    sittings: z.int().min(1).max(60).default(1).describe("How often the person comes back."),
    hours: overHours.default(2).describe("Over how many hours all sittings lie."),
    from: z.enum(["office", "elsewhere"]).default("office").describe("Where the person sits."),
    agent: z.enum(["command-line", "the-machines"]).default("command-line").describe("What the calls claim to come from."),
    provider: z.enum(["any", "aws", "azure", "gcp", "kubernetes"]).default("any").describe("Of which cloud the credential is."),
    rights: z.number().min(0).max(1).default(0.7).describe("Share of what is tried that the machine's rights allow."),
  }),
  plan(planning, { calls, sittings, hours, from, agent, provider, rights }): AttackPlan | undefined {
    const { victim, random, world, startMs } = planning;
    const found = victim((way) => isStealable(way) && way.identity.isMachine && (provider === "any" || way.identity.provider === provider));
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const address = random.addressIn(from === "office" ? random.pick(world.officeNetworks) : strangerNetwork(random));
    const seat = seatAt(agent === "command-line" ? { address, userAgent: byHand(random, way.identity.provider) } : { address });
    const hold = steal<Access>(way, seat);
    const surroundings = new Surroundings(planning);
    const starts = [startMs, ...random.times(sittings - 1, startMs + hourMs / 2, startMs + hours * hourMs)];
    const perSitting = Math.max(1, Math.ceil(calls / sittings));
    const take = (number: number, atMs: number, hour: Hour): void => {
      const look = lookAround(hold(atMs, hour), number % perSitting, resident, surroundings, rights);
      emit(hour, atMs, look.access, look.call);
    };
    const moments = starts.flatMap((sittingMs) => movesOver(random, perSitting, perSitting, sittingMs, 0));
    const steps = stepsAt(moments.slice(0, calls), take).sort((left, right) => left.atMs - right.atMs);
    return { victims: [way.identity], ...campaign({ startMs, hours, steps }) };
  },
});

function byHand(random: Random, provider: Provider): string {
  if (provider === "aws") return agents.awsCliByHand(random, "s3.ls");
  if (provider === "azure") return agents.azureCli(random);
  return provider === "gcp" ? agents.gcloudByHand(random, "gcloud.projects.describe") : agents.kubectl(random);
}
