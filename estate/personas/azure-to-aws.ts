// An application of Azure that brings data to AWS without any key of AWS: it signs in to Entra, and its token opens a session of a
// role. One identity, two clouds: its object id is in both logs.
import { agents } from "../agents.ts";
import { dayMs } from "../calendar.ts";
import { inTurn, listObjects, s3Object } from "../calls/aws.ts";
import { awsRole, webIdentityRole } from "../credentials/aws.ts";
import { azureApplication, certificateCredential, clientCertificate } from "../credentials/azure.ts";
import type { Persona } from "../persona.ts";
import { every } from "../schedule.ts";
import { publicNetwork } from "../world.ts";

export const azureToAws: Persona = {
  id: "azure-to-aws",
  says: "An application of Azure that copies files to AWS: its Entra token opens a session of a role.",
  providers: ["azure", "aws"],
  share: 3,
  create({ world, random, name }) {
    const subscription = random.pick(world.azure.subscriptions);
    const account = random.pick(world.aws.accounts);
    const [region] = account.regions;
    const application = azureApplication(random, name("export-to-aws"), subscription.id);
    const address = random.addressIn(publicNetwork(random));
    const itself = { name: application.name, appId: application.appId, objectId: application.objectId };
    const certificate = certificateCredential(random, world.startMs - random.integer(20, 300) * dayMs);
    const entra = clientCertificate(random, application, { address, userAgent: "", role: "" }, certificate, { resource: itself });
    const issuer = `sts.windows.net/${world.azure.tenant}/`;
    const audience = `api://${application.appId}`;
    const role = awsRole(random, account, name("from-azure"), { path: "/partners/" });
    const session = webIdentityRole(random, role, {
      address,
      userAgent: agents.boto3(random),
      region,
      token: () => ({ identity: application, issuer, subject: application.objectId, audience }),
      sessionName: (atMs) => `export-${Math.floor(atMs / 1000)}`,
    });
    const schedule = every(random.pick([60, 180, 240, 480] as const), random.integer(0, 59));
    const bucket = { name: `${world.organisation}-${name("from-azure")}`, account: account.id, region };
    const usualFiles = random.integer(3, 25);

    return {
      identities: [application, role],
      ways: [session, entra],
      purpose: `brings about ${usualFiles} files into ${bucket.name}`,
      schedule: schedule.text,
      live(hour) {
        for (const startMs of hour.starts(schedule)) {
          entra.end(startMs);
          session.end(startMs);
          entra.at(startMs + 1_500, hour);
          const files = Array.from({ length: hour.random.poisson(usualFiles) }, (_, file) =>
            s3Object("PutObject", bucket, `${hour.local("UTC").date}/${file}.parquet`),
          );
          inTurn(hour, session, startMs + 3_000, 1_200, [listObjects(bucket, hour.local("UTC").date), ...files]);
        }
      },
    };
  },
};
