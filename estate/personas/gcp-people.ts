// Somebody who works with Google Cloud, by console and gcloud, in office hours: looks at much, changes little, tries what is not allowed.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { officeHours } from "../calendar.ts";
import { bigQueryJob, compute, gcpCall, permissionDenied, projectPolicy, replaceService, storageObject } from "../calls/gcp.ts";
import { gcpPerson, personSession } from "../credentials/gcp.ts";
import type { Persona } from "../persona.ts";

export const gcpPeople: Persona = {
  id: "gcp-people",
  says: "Somebody who works with Google Cloud by console and gcloud, in office hours.",
  providers: ["gcp"],
  share: 3,
  create({ world, random, number, name }) {
    const project = random.pick(world.gcp.projects);
    const person = gcpPerson(project, `data-engineer-${number + 1}@${world.domain}`);
    const address = random.addressIn(random.pick(world.officeNetworks));
    const console = personSession(random, person, { address, userAgent: `${agents.browser(random)},gzip(gfe)` }, "console");
    const gcloud = personSession(random, person, { address, userAgent: agents.gcloudByHand(random, "gcloud.compute.instances.list") }, "gcloud");
    const perDay = random.logNormal(18, 0.9);
    const bucket = `${project.id}-${name("analysis")}`;
    const zone = `zones/${project.region}-b`;
    const instance = { type: "gce_instance", labels: { instance_id: random.digits(19), project_id: project.id, zone: `${project.region}-b` } };
    const calls = [
      bigQueryJob(project.id, project.region, "bquxjob"),
      gcpCall("logging.googleapis.com", "google.logging.v2.LoggingServiceV2.ListLogEntries", project.id, { permission: "logging.logEntries.list" }),
      compute("instances", "list", project, `${zone}/instances`, { type: "gce_project", labels: { project_id: project.id } }),
      storageObject("list", project.id, bucket, ""),
      storageObject("get", project.id, bucket, "notebook.ipynb"),
      compute("instances", "start", project, `${zone}/instances/${name("notebook")}`, instance),
      compute("instances", "stop", project, `${zone}/instances/${name("notebook")}`, instance),
      projectPolicy("GetIamPolicy", project.id),
      replaceService(project, name("prototype")),
      projectPolicy("SetIamPolicy", project.id),
    ] as const;

    return {
      identities: [person],
      ways: [console, gcloud],
      purpose: `works with ${project.id}`,
      schedule: `office hours of ${project.timeZone}, about ${Math.round(perDay)} calls a workday`,
      live(hour) {
        const agenda = new Agenda();
        agenda.at(hour.events(perDay, officeHours, project.timeZone), (atMs) => {
          const drawn = hour.random.pickSkewed(calls);
          const call = drawn.resourceName.endsWith("bquxjob") ? bigQueryJob(project.id, project.region, `bquxjob_${hour.random.hex(16)}`) : drawn;
          const way = hour.random.chance(0.65) ? console : gcloud;
          hour.gcp(atMs, way.at(atMs, hour), hour.random.chance(0.025) ? permissionDenied(call) : call);
        });
        agenda.live();
      },
    };
  },
};
