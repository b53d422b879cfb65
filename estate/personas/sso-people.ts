// Developers and operators: IAM Identity Center gives each a session of the same role, and they work in the console or with the CLI,
// from the office or from home, in the hours of their zone. They are who does what no machine does, and nobody did before.
import { agents } from "../agents.ts";
import { officeHours } from "../calendar.ts";
import { awsCall, bucketCall, bucketConfiguration, denied, inTurn, inventoryCall, inventoryCalls, listObjects, s3Object } from "../calls/aws.ts";
import { beforeConsole, consoleLogin, permissionSetRole, ssoPerson, ssoSession } from "../credentials/aws-people.ts";
import type { Way } from "../credentials/way.ts";
import type { Hour } from "../hour.ts";
import type { AwsAccess, AwsCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { Random } from "../random.ts";
import { publicNetwork } from "../world.ts";

interface Desk {
  readonly console: Way<AwsAccess>;
  readonly cli: Way<AwsAccess>;
}

export const ssoPeople: Persona = {
  id: "sso-people",
  says: "People of a permission set of IAM Identity Center, in the console and with the CLI.",
  providers: ["aws"],
  share: 7,
  create({ world, random, name, number }) {
    const account = world.aws.accounts[number % world.aws.accounts.length] ?? world.aws.accounts[0];
    const [region] = account.regions;
    const permissionSet = random.pickSkewed(["DeveloperAccess", "ReadOnlyAccess", "PowerUserAccess", "AdministratorAccess", "DataAnalyst"] as const);
    const role = permissionSetRole(random, account, permissionSet);
    const qualifier = `${random.base64(27)}=`;
    const bucket = { name: `${world.organisation}-${name("assets")}`, account: account.id, region };
    const favourites = random.shuffled(inventoryCalls).slice(0, 14);
    const people = Array.from({ length: random.integer(2, 5) }, (_, index) => {
      const person = ssoPerson(account, qualifier, `user-${number + 1}-${index + 1}@${world.domain}`);
      const [browser, cli] = [agents.chrome(random), random.chance(0.6) ? agents.awsCliOnMac(random) : agents.awsCli(random, "")];
      const desk = (address: string): Desk => ({
        console: ssoSession(random, person, role, { address, userAgent: browser, region }),
        cli: ssoSession(random, person, role, { address, userAgent: cli, region, lastsMs: 8 * 3_600_000 }),
      });
      return {
        identity: person.identity,
        office: desk(random.addressIn(random.pick(world.officeNetworks))),
        home: desk(random.addressIn(publicNetwork(random))),
        homeDays: random.shuffled([1, 2, 3, 4, 5]).slice(0, random.integer(0, 3)),
        consoleShare: random.next(),
      };
    });
    const [main] = people;
    if (main === undefined) throw new RangeError("a permission set has at least two people");
    const burstsPerDay = people.length * random.logNormal(2.5, 0.4);

    /** What somebody wants to know or do; one time in ten it is something new. */
    const task = (chance: Random): AwsCall[] => {
      const kind = chance.next();
      const looks = Array.from({ length: chance.integer(1, 6) }, () =>
        inventoryCall(chance.pick(chance.chance(0.9) ? favourites : inventoryCalls) ?? ["s3", "ListBuckets"]),
      );
      if (kind < 0.55) return looks;
      if (kind < 0.7)
        return [
          awsCall("s3", "ListBuckets", { request: { Host: "s3.amazonaws.com" } }),
          listObjects(bucket),
          ...bucketConfiguration.slice(0, 3).map(([read, member]) => bucketCall(read, member, bucket)),
        ];
      if (kind < 0.8) return [listObjects(bucket), s3Object("GetObject", bucket, `shared/${chance.integer(1, 900)}.json`)];
      if (kind < 0.9)
        return [
          awsCall("logs", "DescribeLogGroups"),
          awsCall("logs", "FilterLogEvents", { isReadOnly: true, request: { logGroupName: `/apps/${chance.pick(world.products)}` } }),
        ];
      const last = looks.pop() ?? inventoryCall(["kms", "ListKeys"]);
      if (kind < 0.94) return [...looks, denied(last, role.uid)];
      return permissionSet === "ReadOnlyAccess" ? [...looks, denied(changed(chance), role.uid)] : [...looks, changed(chance)];
    };

    return {
      identities: [role, ...people.map(({ identity }) => identity)],
      ways: [main.office.cli, ...people.map(({ office }) => office.console)],
      purpose: `${people.length} people with ${permissionSet} in ${account.name}`,
      schedule: `office hours of ${account.timeZone}`,
      live(hour) {
        const { random: chance } = hour;
        const { weekday } = hour.local(account.timeZone);
        for (const atMs of hour.events(burstsPerDay, officeHours, account.timeZone)) {
          const { office, home, homeDays, consoleShare } = people[Math.floor(chance.next() ** 1.5 * people.length)] ?? main;
          const desk = homeDays.includes(weekday) ? home : office;
          const tasks = Array.from({ length: 1 + chance.poisson(1.5) }, () => task(chance));
          if (chance.chance(consoleShare)) inConsole(hour, desk.console, atMs, tasks);
          else inTerminal(hour, desk.cli, atMs, tasks);
        }
        hour.sort();
      },
    };
  },
};

/** A page asks for several things at once; then somebody reads. */
function inConsole(hour: Hour, way: Way<AwsAccess>, startMs: number, tasks: readonly AwsCall[][]): void {
  if (way.current(startMs) === undefined) {
    const access = way.at(startMs, hour);
    hour.aws(startMs, beforeConsole(access), consoleLogin(access.region));
  }
  let at = startMs + 4_000;
  for (const calls of tasks) at = inTurn(hour, way, at, 90, calls) + Math.floor(hour.random.logNormal(25_000, 0.8));
}

/** One command after another; the CLI writes into its agent which. */
function inTerminal(hour: Hour, way: Way<AwsAccess>, startMs: number, tasks: readonly AwsCall[][]): void {
  let at = startMs;
  for (const call of tasks.flat()) {
    const access = way.at(at, hour);
    const command = `${call.service}.${call.name
      .replace(/\d+.*$/, "")
      .replace(/(?!^)([A-Z])/g, "-$1")
      .toLowerCase()}`;
    hour.aws(at, { ...access, userAgent: `${access.userAgent}${command}` }, call);
    at += 600 + Math.floor(hour.random.logNormal(14_000, 1));
  }
}

function changed(random: Random): AwsCall {
  const name = random.pick(["orders", "catalog", "mail", "search"] as const);
  return random.pickSkewed([
    awsCall("lambda", "UpdateFunctionConfiguration20150331v2", {
      request: { functionName: name, memorySize: random.pick([256, 512, 1024] as const) },
    }),
    awsCall("ecs", "UpdateService", { request: { cluster: "apps", service: name, desiredCount: random.integer(1, 6) } }),
    awsCall("monitoring", "PutMetricAlarm", { request: { alarmName: `${name}-errors`, threshold: random.integer(1, 100) } }),
    awsCall("ec2", "StopInstances", { request: { instancesSet: { items: [{ instanceId: `i-0${random.hex(16)}` }] }, force: false } }),
    awsCall("secretsmanager", "GetSecretValue", { request: { secretId: `${name}/database` } }),
    awsCall("ec2", "AuthorizeSecurityGroupIngress", { request: { groupId: `sg-0${random.hex(16)}` } }),
  ] as const);
}
