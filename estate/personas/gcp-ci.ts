// Deployments from GitHub into Google Cloud: a run's token is traded in a workload identity pool, the repository acts as a deployer's
// account, and nobody holds a key.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { officeHours } from "../calendar.ts";
import { accessSecret, dockerImage, permissionDenied, projectPolicy, replaceService } from "../calls/gcp.ts";
import { gcpServiceAccount, impersonatedAccount, workloadIdentity } from "../credentials/gcp.ts";
import type { GcpCall, Identity } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { Random } from "../random.ts";
import { publicNetwork } from "../world.ts";

export const gcpCi: Persona = {
  id: "gcp-ci",
  says: "A repository whose GitHub runs push images and deploy services by workload identity federation and impersonation.",
  providers: ["gcp"],
  share: 3,
  create({ world, random, name }) {
    const project = random.pick(world.gcp.projects);
    const repository = `${world.organisation}/${name("cloud-run")}`;
    const identity: Identity = {
      uid: `token.actions.githubusercontent.com/repo:${repository}`,
      name: repository,
      provider: "gcp",
      account: project.id,
      principalType: "federated-subject",
      workloadType: "ci-pipeline",
      isMachine: true,
    };
    const deployer = gcpServiceAccount(random, project, name("deployer"), "ci-pipeline");
    const userAgent = agents.gcloud(random, "gcloud.run.deploy");
    const runners = [publicNetwork(random), publicNetwork(random), publicNetwork(random), publicNetwork(random)] as const;
    const ofRun = (atMs: number): Random => random.fork(`run ${Math.floor(atMs / 120_000)}`);
    const origin = (atMs: number) => ({ address: ofRun(atMs).addressIn(ofRun(atMs).pick(runners)), userAgent });
    const subject = (atMs: number): string => `repo:${repository}:${ofRun(atMs).chance(0.7) ? "ref:refs/heads/main" : "pull_request"}`;
    const run = workloadIdentity(random, identity, { pool: { project, name: "github", provider: "actions" }, subject, origin });
    const session = impersonatedAccount(random, run, [], deployer, origin);
    const service = name("api");
    const perDay = random.logNormal(5, 0.6);

    return {
      identities: [identity, deployer],
      ways: [session, run],
      purpose: `builds and deploys ${service} from repo:${repository}`,
      schedule: `about ${Math.round(perDay)} runs a workday, as people push`,
      live(hour) {
        const agenda = new Agenda();
        for (const startMs of hour.events(perDay, officeHours, project.timeZone)) {
          const image = `${service}@sha256:${hour.random.hex(64)}`;
          const push: GcpCall[] = [
            ...Array.from({ length: hour.random.integer(1, 3) }, () => dockerImage("HeadManifest", project, "services", image)),
            dockerImage("PutManifest", project, "services", image),
          ];
          const deploy = replaceService(project, service);
          const isDeployed = hour.random.chance(0.7);
          const calls = [
            ...push,
            ...(hour.random.chance(0.3) ? [accessSecret(project, `${service}-build-token`)] : []),
            ...(isDeployed ? [hour.random.chance(0.05) ? permissionDenied(deploy) : deploy] : []),
            ...(isDeployed && hour.random.chance(0.1) ? [projectPolicy("GetIamPolicy", project.id)] : []),
          ];
          agenda.at([startMs - 1], (atMs) => {
            run.end(atMs);
            session.end(atMs);
          });
          agenda.run(hour.steps(startMs, calls.length, 14_000), calls, (atMs, call) => hour.gcp(atMs, session.at(atMs, hour), call));
        }
        agenda.live();
      },
    };
  },
};
