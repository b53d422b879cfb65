// An Airflow environment (Cloud Composer): its workers run a nightly graph of tasks, a weekly one and small ones over the day, and run
// again what failed.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { accessSecret, bigQueryJob, bigQueryTable, storageObject } from "../calls/gcp.ts";
import { attachedAccount, gcpServiceAccount } from "../credentials/gcp.ts";
import type { GcpCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { Random } from "../random.ts";
import { daily, every, weekly } from "../schedule.ts";

export const gcpComposer: Persona = {
  id: "gcp-composer",
  says: "A scheduler's workers that run graphs of queries nightly and weekly, small ones hourly, and repeat what failed.",
  providers: ["gcp"],
  share: 3,
  create({ world, random, name }) {
    const project = world.gcp.projects[0];
    const account = gcpServiceAccount(random, project, name("composer"), "unknown");
    const attached = attachedAccount(random, account, { address: "private", userAgent: agents.gcpPython(random) });
    const bucket = `${project.id}-${name("dags")}`;
    const dataset = name("mart").replaceAll("-", "_");
    const graphs = [
      { schedule: every(random.pick([60, 120, 240]), random.integer(0, 20)), tasks: random.integer(1, 3) },
      { schedule: daily(`0${random.integer(0, 4)}:${random.integer(10, 55)}`, project.timeZone), tasks: random.integer(8, 30) },
      { schedule: weekly(random.pick([1, 6, 7]), `0${random.integer(2, 6)}:30`, project.timeZone), tasks: random.integer(15, 60) },
    ];

    return {
      identities: [account],
      ways: [attached],
      purpose: `fills ${dataset} by graphs of ${graphs.map(({ tasks }) => tasks).join(", ")} tasks`,
      schedule: graphs.map(({ schedule }) => schedule.text).join("; "),
      live(hour) {
        const agenda = new Agenda();
        for (const { schedule, tasks } of graphs) {
          for (const startMs of hour.starts(schedule)) {
            const calls = [
              storageObject("get", project.id, bucket, `dags/graph_${tasks}.py`),
              ...Array.from({ length: tasks }, (_, number) => task(hour.random, number)).flat(),
            ];
            agenda.run(hour.steps(startMs, calls.length, 25_000), calls, (atMs, call) => hour.gcp(atMs, attached.at(atMs, hour), call));
          }
        }
        agenda.live();
      },
    };

    function task(chance: Random, number: number): GcpCall[] {
      const query = [
        bigQueryJob(project.id, project.region, `airflow_${dataset}_${number}_${chance.hex(16)}`),
        bigQueryTable("tableDataChange", project.id, dataset, `table_${number + 1}`),
      ];
      const connection = chance.chance(0.1) ? [accessSecret(project, `airflow-connections-${dataset}`)] : [];
      if (!chance.chance(0.03)) return [...connection, ...query];
      const failure = { code: "8", message: "Quota exceeded: Your project exceeded quota for concurrent queries." };
      return [...connection, ...query.slice(0, 1).map((call) => ({ ...call, failure })), ...query];
    }
  },
};
