// An account of Google's own in a customer's project (a service agent): does for the project what the project's owner asked a service
// for. Not the owner's machine, and it would be missed if the logs did not have it.
import { Agenda } from "../agenda.ts";
import { bigQueryJob, bigQueryTable, compute, dockerImage, storageObject } from "../calls/gcp.ts";
import { attachedAccount, type GcpAccount, serviceAgent } from "../credentials/gcp.ts";
import type { GcpCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { NonEmpty, Random } from "../random.ts";
import { every } from "../schedule.ts";
import type { GcpProject } from "../world.ts";

interface Kind {
  /** Of its e-mail: service-NUMBER@gcp-sa-bigquerydatatransfer.iam.gserviceaccount.com */
  readonly domain: string;
  readonly everyMinutes: number;
  calls(project: GcpProject, chance: Random): GcpCall[];
}

const kinds: NonEmpty<Kind> = [
  {
    domain: "gcp-sa-bigquerydatatransfer",
    everyMinutes: 240,
    calls: (project, chance) => [
      bigQueryJob(project.id, project.region, `scheduled_query_${chance.hex(8)}`),
      bigQueryTable("tableDataChange", project.id, "scheduled", `table_${chance.integer(1, 6)}`),
    ],
  },
  {
    domain: "serverless-robot-prod",
    everyMinutes: 60,
    calls: (project, chance) =>
      Array.from({ length: chance.poisson(2) }, () => dockerImage("GetManifest", project, "services", `web@sha256:${chance.hex(64)}`)),
  },
  {
    domain: "gcp-sa-logging",
    everyMinutes: 60,
    calls: (project, chance) => [storageObject("create", project.id, `${project.id}-log-archive`, `stdout/${chance.hex(6)}.json`)],
  },
  {
    domain: "compute-system",
    everyMinutes: 1_440,
    calls: (project, chance) =>
      Array.from({ length: 3 }, (_, number) => {
        const snapshot = { type: "gce_snapshot", labels: { project_id: project.id, snapshot_id: chance.digits(19) } };
        return compute("snapshots", "insert", project, `global/snapshots/disk-${number + 1}-${chance.hex(8)}`, snapshot);
      }),
  },
  {
    domain: "storage-transfer-service",
    everyMinutes: 720,
    calls: (project, chance) => [
      storageObject("list", project.id, `${project.id}-archive`, ""),
      ...Array.from({ length: chance.poisson(9) }, (_, number) => storageObject("create", project.id, `${project.id}-archive`, `copy/${number}.bin`)),
    ],
  },
];

export const gcpServiceAgent: Persona = {
  id: "gcp-service-agent",
  says: "A service agent of Google that runs scheduled queries, pulls images, archives logs or snapshots disks in a project.",
  providers: ["gcp"],
  share: 2,
  create({ world, random, number }) {
    const { projects } = world.gcp;
    const project = projects[number % projects.length] ?? projects[0];
    const kind = kinds[Math.floor(number / projects.length) % kinds.length] ?? kinds[0];
    // A project has one of a kind; further ones belong to projects that share their services with it.
    const isOwn = number < projects.length * kinds.length;
    const owner = isOwn ? project.number : random.digits(12);
    const account: GcpAccount = serviceAgent(project, `service-${owner}@${kind.domain}.iam.gserviceaccount.com`);
    const attached = attachedAccount(random, account, { address: "private", userAgent: "Google-Cloud-Service-Agent,gzip(gfe)" });
    const schedule = every(kind.everyMinutes, random.integer(0, 50));

    return {
      identities: [account],
      ways: [attached],
      purpose: `${kind.domain} of project ${owner}`,
      schedule: schedule.text,
      live(hour) {
        const agenda = new Agenda();
        for (const startMs of hour.starts(schedule)) {
          const calls = kind.calls(project, hour.random);
          agenda.run(hour.steps(startMs, calls.length, 2_500), calls, (atMs, call) => hour.gcp(atMs, attached.at(atMs, hour), call));
        }
        agenda.live();
      },
    };
  },
};
