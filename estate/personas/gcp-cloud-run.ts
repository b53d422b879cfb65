// A web service on Cloud Run with an account of its own: documents and files as its customers come, secrets whenever an instance
// starts.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { businessCustomers, customers } from "../calendar.ts";
import { accessSecret, firestore, storageObject } from "../calls/gcp.ts";
import { attachedAccount, gcpServiceAccount } from "../credentials/gcp.ts";
import type { Persona } from "../persona.ts";

export const gcpCloudRun: Persona = {
  id: "gcp-cloud-run",
  says: "A web service that reads documents and files as customers come, and its secrets at every start of an instance.",
  providers: ["gcp"],
  share: 5,
  create({ world, random, name }) {
    const project = random.pick(world.gcp.projects);
    const account = gcpServiceAccount(random, project, name("web"), "unknown");
    const userAgent = random.chance(0.5) ? agents.gcpNode(random) : agents.gcpGo(random);
    const attached = attachedAccount(random, account, { address: "private", userAgent });
    const rhythm = random.chance(0.6) ? customers : businessCustomers;
    const callsPerDay = random.logNormal(52, 0.8);
    const instancesPerDay = random.logNormal(6, 0.7);
    const secrets = ["session-key", "database", "payment-provider"].slice(0, random.integer(1, 3)).map((suffix) => name(suffix));
    const bucket = `${project.id}-${name("uploads")}`;
    const usesFiles = random.chance(0.6);
    // It is used more from month to month.
    const growthPerDay = random.between(-0.002, 0.012);

    return {
      identities: [account],
      ways: [attached],
      purpose: `serves ${name("site")}; keeps documents${usesFiles ? ` and files in ${bucket}` : ""}`,
      schedule: `about ${Math.round(callsPerDay)} calls and ${Math.round(instancesPerDay)} starts a day, as customers come`,
      live(hour) {
        const agenda = new Agenda();
        const growth = 1 + growthPerDay * hour.daysSince(world.startMs);
        agenda.at(hour.events(instancesPerDay, rhythm, project.timeZone), (atMs) => {
          secrets.forEach((secret, index) => {
            hour.gcp(atMs + index * 35, attached.at(atMs, hour), accessSecret(project, secret));
          });
        });
        agenda.at(hour.events(callsPerDay * growth, rhythm, project.timeZone), (atMs) => {
          const drawn = hour.random.next();
          const object = `u/${hour.random.integer(1, 5_000)}.jpg`;
          const call =
            usesFiles && drawn < 0.3
              ? storageObject(drawn < 0.1 ? "create" : "get", project.id, bucket, object)
              : firestore(drawn < 0.6 ? "RunQuery" : drawn < 0.88 ? "BatchGetDocuments" : "Commit", project.id);
          const isLost = drawn >= 0.1 && drawn < 0.106;
          const failure = { code: "5", message: `No such object: ${bucket}/${object}` };
          hour.gcp(atMs, attached.at(atMs, hour), usesFiles && isLost ? { ...call, failure } : call);
        });
        agenda.live();
      },
    };
  },
};
