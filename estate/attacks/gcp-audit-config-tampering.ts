// Data Access logs are switched off, or the sink that takes logs out of the project is changed or deleted; then something is done that
// the logs would have shown.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { gcpCall } from "../calls/gcp.ts";
import { changeSink, setProjectPolicy } from "../calls/gcp-administration.ts";
import { isGcpAccount } from "../credentials/gcp.ts";
import { isGcpWay, type Way } from "../credentials/way.ts";
import type { Hour } from "../hour.ts";
import type { GcpAccess, GcpCall } from "../identity.ts";
import { campaign, inVictimsHours, isStealable, mimicry, movesOver, overHours, steal, stepsAt, takeSeat } from "../intruder.ts";
import { Surroundings } from "../surroundings.ts";

export const gcpAuditConfigTampering = defineAttack({
  id: "gcp-audit-config-tampering",
  technique: "T1685.002",
  providers: ["gcp"],
  says: "With a service account somebody exempts itself from Data Access logs, narrows log sinks, or deletes them.",
  visible:
    "SetIamPolicy whose policy holds auditConfigs, UpdateSink, DeleteSink and exclusions: admin calls, which cannot be switched off, by an account that made none.",
  invisible: "What was done afterwards: that it is missing is the aim. Infrastructure as code makes the same calls when it is changed.",
  parameters: z.strictObject({
    changes: z.int().min(3).max(200).default(6).describe("Calls, the first of which only look."),
    hours: overHours.default(0.5),
    mimics: mimicry.default("agent"),
    inVictimsHours,
  }),
  plan(planning, { changes, hours, mimics, inVictimsHours: shadows }): AttackPlan | undefined {
    const { victim, random, startMs } = planning;
    const found = victim((way): way is Way<GcpAccess> => isGcpWay(way) && isStealable(way) && isGcpAccount(way.identity));
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const hold = steal(way, takeSeat(random, mimics, agents.gcloud(random, "gcloud.logging.sinks.update")));
    const surroundings = new Surroundings(planning);
    const project = way.identity.account;
    const member = `serviceAccount:${way.identity.uid}`;
    const sinks = ["audit-archive", "siem-export", "security-logs"];
    const take = (number: number, atMs: number, hour: Hour): void => {
      const sink = sinks[number % sinks.length] ?? "audit-archive";
      const call =
        number === 0 ? listSinks(project) : number === 1 ? exempt(project, member, surroundings.random.base64(11)) : tamper(number, project, sink);
      hour.gcp(atMs, hold(atMs, hour), call);
    };
    const steps = stepsAt(movesOver(random, changes, 4, startMs, hours), take);
    return { victims: [way.identity], ...campaign({ startMs, hours, steps, shadows: shadows ? resident : undefined }) };
  },
});

const listSinks = (project: string): GcpCall =>
  gcpCall("logging.googleapis.com", "google.logging.v2.ConfigServiceV2.ListSinks", project, {
    resource: { type: "project", labels: { project_id: project } },
    permission: "logging.sinks.list",
  });

function exempt(project: string, member: string, etag: string): GcpCall {
  const auditLogConfigs = ["DATA_READ", "DATA_WRITE"].map((logType) => ({ logType, exemptedMembers: [member] }));
  return setProjectPolicy(project, { auditConfigs: [{ service: "allServices", auditLogConfigs }], etag: `${etag}=` });
}

function tamper(number: number, project: string, sink: string): GcpCall {
  if (number % 3 === 0) return changeSink("Delete", project, sink);
  const exclusions = [{ name: "noise", filter: 'protoPayload.serviceName="storage.googleapis.com"' }];
  return changeSink("Update", project, sink, { sink: { name: sink, exclusions }, updateMask: "exclusions" });
}
