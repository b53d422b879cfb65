// GitHub Actions: runs over several repositories, branches and environments log in with OpenID Connect, push artefacts from the
// account of tools, and from there assume a role of production to deploy.
import { agents } from "../agents.ts";
import { dayMs, officeHours } from "../calendar.ts";
import { awsCall, type Bucket, inTurn, missing, type Place, s3Object } from "../calls/aws.ts";
import { awsRole, webIdentityRole } from "../credentials/aws.ts";
import { crossAccountRole } from "../credentials/aws-accounts.ts";
import type { AwsCall, Identity } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { Random } from "../random.ts";
import { publicNetwork } from "../world.ts";

const issuer = "token.actions.githubusercontent.com";

interface Repository {
  readonly identity: Identity;
  /** Start of its subjects: with the ids that survive a rename, where it was set so. */
  readonly subject: string;
  readonly name: string;
}

export const githubCi: Persona = {
  id: "github-ci",
  says: "GitHub Actions over several repositories: a role for tools by OpenID Connect, and from it a role of production in another account.",
  providers: ["aws"],
  share: 8,
  create({ world, random, name }) {
    const tools = world.aws.accounts.find((account) => account.name === "shared") ?? world.aws.accounts[0];
    const production = random.pick(world.aws.accounts.filter(({ id }) => id !== tools.id)) ?? world.aws.accounts[0];
    const [region] = tools.regions;
    const repositories = ["service", "site", "jobs", "mobile"].slice(0, random.integer(1, 4)).map((suffix, number) => {
      // One in five was made after GitHub's subjects came to hold ids.
      return repository(world.organisation, name(suffix), number === 0 && random.chance(0.2) ? random : undefined);
    });
    const role = awsRole(random, tools, name("ci"), { path: "/ci/", workload: "ci-pipeline" });
    const target = awsRole(random, production, name("deploy"), { path: "/ci/", workload: "ci-pipeline" });
    let running: { readonly repository: Repository | undefined; readonly run: string } = { repository: repositories[0], run: "ref:refs/heads/main" };
    const session = webIdentityRole(random, role, {
      address: "",
      addressOf: (drawn) => drawn.addressIn(publicNetwork(drawn)),
      userAgent: agents.githubActions(random),
      region,
      token: () => {
        if (running.repository === undefined) throw new RangeError("a machine has at least one repository");
        return { identity: running.repository.identity, issuer, subject: `${running.repository.subject}:${running.run}` };
      },
      sessionName: () => "GitHubActions",
    });
    const deployer = crossAccountRole(random, session, target, {
      sessionName: (atMs) => `deploy-${Math.floor(atMs / 1000)}`,
      region: production.regions[0],
    });
    const runsPerDay = random.logNormal(9, 0.5);
    const cache: Bucket = { name: `${world.organisation}-${name("ci-cache")}`, account: tools.id, region };

    return {
      identities: [...repositories.map(({ identity }) => identity), role, target],
      ways: [session, deployer],
      purpose: `builds ${repositories.map((each) => each.name).join(", ")} and deploys to ${production.name}`,
      schedule: `about ${Math.round(runsPerDay)} runs a day, when developers push; a scan every night`,
      live(hour) {
        const { random: chance } = hour;
        const begin = (atMs: number, repo: Repository | undefined, run: string): void => {
          session.end(atMs);
          deployer.end(atMs);
          running = { repository: repo, run };
        };
        for (const atMs of hour.events(runsPerDay, officeHours, tools.timeZone)) {
          const repo = chance.pick(repositories);
          const image = repo?.name ?? "";
          const kind = chance.next();
          if (kind < 0.55) {
            begin(
              atMs,
              repo,
              kind < 0.5 ? "pull_request" : `ref:refs/heads/${chance.pick(["fix", "feature", "chore"] as const)}-${chance.integer(100, 2000)}`,
            );
            inTurn(hour, session, atMs, 3_000, cached(cache, chance));
            continue;
          }
          begin(atMs, repo, chance.chance(0.12) ? `ref:refs/tags/v${chance.integer(1, 4)}.${chance.integer(0, 40)}.0` : "ref:refs/heads/main");
          const builtMs = inTurn(hour, session, atMs, 5_000, [...cached(cache, chance), ...push({ account: tools.id, region }, image, chance)]);
          // Somebody looks at it and approves, or does not.
          if (chance.chance(0.25)) continue;
          const deployMs = builtMs + Math.floor(chance.exponential(200_000)) + 5_000;
          begin(deployMs, repo, "environment:production");
          inTurn(hour, deployer, deployMs + 4_000, 9_000, deploy(image, chance));
        }
        const isNight = hour.local(tools.timeZone).hour === 3;
        if (isNight) {
          const atMs = hour.startMs + chance.integer(300_000, 1_500_000);
          begin(atMs, repositories[0], "ref:refs/heads/main");
          inTurn(
            hour,
            session,
            atMs,
            1_500,
            repositories.flatMap((repo) => scan(repo.name, chance)),
          );
        }
        // What is old is cleared away every few weeks.
        if (isNight && hour.daysSince(world.startMs - 3 * dayMs) % 17 === 0) {
          const atMs = hour.startMs + 1_800_000;
          const request = { repositoryName: repositories[0]?.name ?? "", imageIds: [{ imageTag: chance.hex(7) }] };
          inTurn(hour, session, atMs, 1_000, [awsCall("ecr", "BatchDeleteImage", { request })]);
        }
        hour.sort();
      },
    };
  },
};

function repository(organisation: string, name: string, ids: Random | undefined): Repository {
  const subject = ids === undefined ? `repo:${organisation}/${name}` : `repo:${organisation}@${ids.digits(7)}/${name}@${ids.digits(9)}`;
  const identity: Identity = {
    uid: `${issuer}/repo:${organisation}/${name}`,
    name: `${organisation}/${name}`,
    provider: "aws",
    account: organisation,
    principalType: "federated-subject",
    workloadType: "ci-pipeline",
    isMachine: true,
  };
  return { identity, subject, name };
}

function cached(bucket: Bucket, random: Random): AwsCall[] {
  const key = `npm/${random.hex(16)}.tzst`;
  const found = s3Object("GetObject", bucket, key);
  if (random.chance(0.7)) return [found];
  return [missing(found, "NoSuchKey", "The specified key does not exist."), s3Object("PutObject", bucket, key)];
}

function push(place: Place, repositoryName: string, random: Random): AwsCall[] {
  const resources = [
    { type: "AWS::ECR::Repository", arn: `arn:aws:ecr:${place.region}:${place.account}:repository/${repositoryName}`, account: place.account },
  ];
  const layer = (name: string, rest: object = {}): AwsCall =>
    awsCall("ecr", name, { isReadOnly: false, request: { registryId: place.account, repositoryName, ...rest }, resources });
  const layers = Array.from({ length: random.integer(1, 4) }, () => [
    layer("InitiateLayerUpload"),
    layer("UploadLayerPart", { partFirstByte: 0, partLastByte: random.integer(100_000, 40_000_000) }),
    layer("CompleteLayerUpload", { layerDigests: [`sha256:${random.hex(64)}`] }),
  ]);
  return [awsCall("ecr", "GetAuthorizationToken"), ...layers.flat(), layer("PutImage", { imageTag: random.hex(7) })];
}

function deploy(service: string, random: Random): AwsCall[] {
  const request = { cluster: "apps", service };
  const waits = Array.from({ length: random.integer(3, 12) }, () =>
    awsCall("ecs", "DescribeServices", { request: { cluster: "apps", services: [service] } }),
  );
  const calls = [
    awsCall("ecs", "DescribeTaskDefinition", { request: { taskDefinition: service } }),
    awsCall("ecs", "RegisterTaskDefinition", { isReadOnly: false, request: { family: service } }),
    awsCall("ecs", "UpdateService", { isReadOnly: false, request: { ...request, taskDefinition: `${service}:${random.integer(40, 900)}` } }),
    ...waits,
  ];
  // A deployment that does not become healthy is taken back.
  return random.chance(0.06) ? [...calls, awsCall("ecs", "UpdateService", { isReadOnly: false, request }), ...waits] : calls;
}

function scan(repositoryName: string, random: Random): AwsCall[] {
  const tags = Array.from({ length: random.integer(2, 6) }, () => random.hex(7));
  return [
    awsCall("ecr", "DescribeImages", { request: { repositoryName } }),
    ...tags.map((imageTag) => awsCall("ecr", "DescribeImageScanFindings", { request: { repositoryName, imageId: { imageTag } } })),
  ];
}
