// Infrastructure as code run by a hosted service: a workspace plans what differs every night and after every merge, and applies now
// and then. A plan reads everything and changes nothing.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { officeHours } from "../calendar.ts";
import { compute, gcpCall, projectPolicy, replaceService } from "../calls/gcp.ts";
import { gcpServiceAccount, impersonatedAccount, poolPrincipal, workloadIdentity } from "../credentials/gcp.ts";
import type { GcpCall, Identity } from "../identity.ts";
import type { Persona } from "../persona.ts";
import { daily } from "../schedule.ts";
import { publicNetwork } from "../world.ts";

export const gcpTerraform: Persona = {
  id: "gcp-terraform",
  says: "A workspace of a hosted Terraform that reads a whole project at every plan and changes it when a merge is applied.",
  providers: ["gcp"],
  share: 2,
  create({ world, random, name }) {
    const project = random.pick(world.gcp.projects);
    const workspace = name("infrastructure");
    const pool = { project, name: "terraform", provider: "hosted" };
    const stable = `organization:${world.organisation}:project:default:workspace:${workspace}`;
    const identity: Identity = {
      uid: poolPrincipal(pool, stable),
      name: workspace,
      provider: "gcp",
      account: project.id,
      principalType: "federated-subject",
      workloadType: "infrastructure-as-code",
      isMachine: true,
    };
    const account = gcpServiceAccount(random, project, name("terraform"), "infrastructure-as-code");
    const network = publicNetwork(random);
    const userAgent = agents.gcpTerraform(random);
    const origin = (atMs: number) => ({ address: random.fork(`worker ${Math.floor(atMs / 600_000)}`).addressIn(network), userAgent });
    let phase = "plan";
    const run = workloadIdentity(random, identity, { pool, subject: () => `${stable}:run_phase:${phase}`, origin });
    const session = impersonatedAccount(random, run, [], account, origin);
    const drift = daily(`0${random.integer(4, 6)}:${random.integer(10, 55)}`, project.timeZone);
    const mergesPerDay = random.logNormal(1.6, 0.5);
    const state = Array.from({ length: random.integer(6, 26) }, (_, number) => resourceOf(number));

    return {
      identities: [identity, account],
      ways: [session, run],
      purpose: `keeps ${state.length} resources of ${project.id} as written`,
      schedule: `drift ${drift.text}; about ${mergesPerDay.toFixed(1)} merges a workday`,
      live(hour) {
        const agenda = new Agenda();
        const runs = [
          ...hour.starts(drift).map((startMs) => ({ startMs, applies: false })),
          ...hour.events(mergesPerDay, officeHours, project.timeZone).map((startMs) => ({ startMs, applies: hour.random.chance(0.6) })),
        ];
        for (const { startMs, applies } of runs) {
          const reads = hour.random.shuffled(state).map(({ read }) => read);
          const planned = hour.steps(startMs, reads.length, 350);
          begin(startMs, "plan");
          agenda.run(planned, reads, use);
          if (!applies) continue;
          const writes = hour.random.shuffled(state.flatMap(({ write }) => write ?? [])).slice(0, hour.random.integer(1, 3));
          const appliedMs = (planned.at(-1) ?? startMs) + 90_000;
          begin(appliedMs, "apply");
          agenda.run(hour.steps(appliedMs, writes.length, 6_000), writes, use);
        }
        agenda.live();

        function begin(startMs: number, word: "plan" | "apply"): void {
          agenda.at([startMs - 1], (atMs) => {
            phase = word;
            run.end(atMs);
            session.end(atMs);
          });
        }

        function use(atMs: number, call: GcpCall): void {
          hour.gcp(atMs, session.at(atMs, hour), call);
        }
      },
    };

    function resourceOf(number: number): { read: GcpCall; write?: GcpCall } {
      const id = `${workspace}-${number + 1}`;
      switch (number % 5) {
        case 0: {
          const firewall = { type: "gce_firewall_rule", labels: { firewall_rule_id: random.digits(19), project_id: project.id } };
          const place = `global/firewalls/${id}`;
          return { read: compute("firewalls", "get", project, place, firewall), write: compute("firewalls", "patch", project, place, firewall) };
        }
        case 1: {
          const bucket = { type: "gcs_bucket", labels: { bucket_name: id, location: project.region, project_id: project.id } };
          const facts = { resourceName: `projects/_/buckets/${id}`, resource: bucket, location: project.region };
          return {
            read: gcpCall("storage.googleapis.com", "storage.buckets.get", project.id, { ...facts, permission: "storage.buckets.get" }),
            write: gcpCall("storage.googleapis.com", "storage.buckets.update", project.id, {
              ...facts,
              permission: "storage.buckets.update",
              isAdminActivity: true,
            }),
          };
        }
        case 2:
          return { read: projectPolicy("GetIamPolicy", project.id), write: projectPolicy("SetIamPolicy", project.id) };
        case 3: {
          const uniqueId = `1${random.digits(20)}`;
          const email = `${id}@${project.id}.iam.gserviceaccount.com`;
          const labels = { email_id: email, project_id: project.id, unique_id: uniqueId };
          return {
            read: gcpCall("iam.googleapis.com", "google.iam.admin.v1.GetServiceAccount", project.id, {
              resourceName: `projects/-/serviceAccounts/${uniqueId}`,
              resource: { type: "service_account", labels },
              permission: "iam.serviceAccounts.get",
            }),
          };
        }
        default: {
          const service = { type: "cloud_run_revision", labels: { location: project.region, project_id: project.id, service_name: id } };
          const read = gcpCall("run.googleapis.com", "google.cloud.run.v1.Services.GetService", project.id, {
            resourceName: `namespaces/${project.id}/services/${id}`,
            resource: service,
            permission: "run.services.get",
            location: project.region,
          });
          return { read, write: replaceService(project, id) };
        }
      }
    }
  },
};
