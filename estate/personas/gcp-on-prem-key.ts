// A program outside of any cloud with a key file of a service account, which somebody downloaded and nobody has replaced since.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { dayMs } from "../calendar.ts";
import { bigQueryJob, bigQueryTable, storageObject } from "../calls/gcp.ts";
import { accountKey, gcpServiceAccount } from "../credentials/gcp.ts";
import type { Persona } from "../persona.ts";
import { daily, every, monthly } from "../schedule.ts";

export const gcpOnPremKey: Persona = {
  id: "gcp-on-prem-key",
  says: "A program in the organisation's own data centre that uploads files and asks for reports with a service account's key file.",
  providers: ["gcp"],
  share: 5,
  create({ world, random, name }) {
    const project = world.gcp.projects[0];
    const account = gcpServiceAccount(random, project, name("uploader"), "on-prem-service");
    const origin = { address: random.addressIn(random.pick(world.officeNetworks)), userAgent: agents.gcpPython(random) };
    const key = accountKey(random, account, origin, world.startMs - random.integer(90, 1_600) * dayMs);
    const bucket = `${project.id}-${name("exchange")}`;
    const uploads = every(random.pick([15, 30, 60, 240]), random.integer(0, 14));
    const report = daily(`0${random.integer(5, 7)}:${random.integer(10, 55)}`, project.timeZone);
    const settlement = monthly(random.integer(1, 4), "04:30", project.timeZone);
    const dataset = name("reports").replaceAll("-", "_");
    const emptyShare = random.between(0.2, 0.6);

    return {
      identities: [account],
      ways: [key],
      purpose: `uploads files into ${bucket} and reads ${dataset}`,
      schedule: `uploads ${uploads.text}; report ${report.text}; settlement ${settlement.text}`,
      live(hour) {
        const agenda = new Agenda();
        const date = hour.local(project.timeZone).date;
        for (const startMs of hour.starts(uploads, 20_000)) {
          // Often there is nothing to send; it looks whether the last file was taken all the same.
          const isEmpty = hour.random.chance(emptyShare);
          const calls = [
            storageObject("list", project.id, bucket, ""),
            ...Array.from({ length: isEmpty ? 0 : hour.random.integer(1, 2) }, () =>
              storageObject("create", project.id, bucket, `out/${date}/${hour.random.hex(8)}.csv`),
            ),
          ];
          agenda.run(hour.steps(startMs, calls.length, 900), calls, (atMs, call) => hour.gcp(atMs, key.at(atMs, hour), call));
        }
        for (const [schedule, tables] of [
          [report, 2],
          [settlement, 9],
        ] as const) {
          for (const startMs of hour.starts(schedule)) {
            const calls = [
              bigQueryJob(project.id, project.region, `report_${hour.random.hex(12)}`),
              ...Array.from({ length: tables }, (_, number) => bigQueryTable("tableDataRead", project.id, dataset, `table_${number + 1}`)),
            ];
            agenda.run(hour.steps(startMs, calls.length, 5_000), calls, (atMs, call) => hour.gcp(atMs, key.at(atMs, hour), call));
          }
        }
        agenda.live();
      },
    };
  },
};
