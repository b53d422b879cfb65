// A scheduled pipeline: a scheduler's account acts through a hop as the account that may read and write the data.
import { agents } from "../agents.ts";
import { bigQueryJob, storageObject } from "../calls/gcp.ts";
import { attachedAccount, gcpServiceAccount, impersonatedAccount } from "../credentials/gcp.ts";
import type { Persona } from "../persona.ts";
import { every } from "../schedule.ts";

export const gcpDataPipeline: Persona = {
  id: "gcp-data-pipeline",
  says: "A pipeline that loads files and runs queries every few hours, by a chain of impersonation.",
  providers: ["gcp"],
  share: 2,
  create({ world, random, name }) {
    const project = random.pick(world.gcp.projects);
    const [scheduler, hop, loader] = [name("scheduler"), name("hop"), name("loader")].map((each) => gcpServiceAccount(random, project, each));
    if (scheduler === undefined || hop === undefined || loader === undefined) throw new RangeError("three names give three accounts");
    const origin = { address: "private", userAgent: agents.gcpPython(random) };
    const job = attachedAccount(random, scheduler, origin);
    const session = impersonatedAccount(random, job, [hop], loader, origin);
    const bucket = `${project.id}-${name("landing")}`;
    const schedule = every(random.pick([60, 120, 240]), random.integer(0, 59));
    const usualFiles = random.integer(3, 25);

    return {
      identities: [scheduler, hop, loader],
      ways: [session, job],
      purpose: `loads about ${usualFiles} files from ${bucket} and queries them`,
      schedule: schedule.text,
      live(hour) {
        for (const startMs of hour.starts(schedule)) {
          const calls = [
            storageObject("list", project.id, bucket, ""),
            ...Array.from({ length: hour.random.poisson(usualFiles) }, (_, file) => storageObject("get", project.id, bucket, `in/${file}.avro`)),
            bigQueryJob(project.id, project.region, `load_${hour.random.hex(12)}`),
          ];
          hour.steps(startMs, calls.length, 1_500).forEach((atMs, step) => {
            const call = calls[step];
            if (call !== undefined) hour.gcp(atMs, session.at(atMs, hour), call);
          });
        }
      },
    };
  },
};
