// Devices in the field: one role, and a session for each certificate, named by it. Each device wakes, sends what it measured and
// sleeps; some are never heard of again, and new ones come.
import { agents } from "../agents.ts";
import { dayMs } from "../calendar.ts";
import { awsCall, denied, inTurn, missing, s3Object } from "../calls/aws.ts";
import { awsRole } from "../credentials/aws.ts";
import { serviceSession } from "../credentials/aws-services.ts";
import type { Way } from "../credentials/way.ts";
import type { AwsAccess } from "../identity.ts";
import type { Persona } from "../persona.ts";
import { publicNetwork } from "../world.ts";

interface Device {
  readonly number: number;
  readonly way: Way<AwsAccess>;
  readonly fromMs: number;
  readonly untilMs: number;
}

export const iotFleet: Persona = {
  id: "iot-fleet",
  says: "Tens of devices with certificates of their own, all of one role.",
  providers: ["aws"],
  share: 3,
  create({ world, random, name }) {
    const account = random.pickSkewed(world.aws.accounts);
    const [region] = account.regions;
    const role = awsRole(random, account, name("device"), { path: "/iot/", workload: "iot-device" });
    const networks = [publicNetwork(random), publicNetwork(random), publicNetwork(random), publicNetwork(random)] as const;
    const firmware = random.integer(3, 40);
    const count = random.integer(20, 60);
    const device = (number: number): Device => {
      const own = random.fork(`device ${number}`);
      const certificateId = own.hex(64);
      const way = serviceSession(own, role, {
        service: "credentials.iot.amazonaws.com",
        sessionName: () => certificateId,
        address: own.addressIn(own.pick(networks)),
        userAgent: agents.cppSdk(random.fork("build")),
        region,
      });
      const joined = own.chance(0.12) ? own.between(0, 60) * dayMs : 0;
      return {
        number,
        way,
        fromMs: world.startMs + joined - 1,
        untilMs: own.chance(0.08) ? world.startMs + own.between(3, 90) * dayMs : Number.POSITIVE_INFINITY,
      };
    };
    const first = { ...device(0), untilMs: Number.POSITIVE_INFINITY, fromMs: 0 };
    const devices = [first, ...Array.from({ length: count - 1 }, (_, index) => device(index + 1))];
    const bucket = { name: `${world.organisation}-${name("telemetry")}`, account: account.id, region };
    const wakesPerDay = random.between(0.8, 2.2);

    return {
      identities: [role],
      ways: [first.way],
      purpose: `${count} devices send what they measure into ${bucket.name}`,
      schedule: `each device about ${wakesPerDay.toFixed(1)} times a day, at any hour`,
      live(hour) {
        const { random: chance } = hour;
        for (const { number, way, fromMs, untilMs } of devices) {
          if (hour.startMs < fromMs || hour.startMs >= untilMs || !chance.chance(wakesPerDay / 24)) continue;
          const atMs = hour.startMs + chance.integer(1_000, 3_400_000);
          const key = `${hour.local("UTC").date}/device-${number}/${chance.hex(8)}.cbor`;
          const calls = Array.from({ length: 1 + chance.poisson(0.6) }, (_, part) => s3Object("PutObject", bucket, `${key}.${part}`));
          // Once in a few weeks each looks for new firmware; a few ask for a camera's endpoint; one in the fleet is set up wrongly.
          if (chance.chance(0.05)) {
            const image = s3Object("GetObject", bucket, `firmware/${firmware + Math.floor(hour.daysSince(world.startMs) / 20)}.bin`);
            calls.push(chance.chance(0.2) ? missing(image, "NoSuchKey", "The specified key does not exist.") : image);
          }
          if (number % 9 === 4)
            calls.push(awsCall("kinesisvideo", "GetDataEndpoint", { request: { streamName: `device-${number}`, aPIName: "PUT_MEDIA" } }));
          if (number === 7) calls.push(denied(awsCall("kinesisvideo", "CreateStream", { request: { streamName: "device-7" } }), role.uid));
          inTurn(hour, way, atMs, 1_500, calls);
        }
        hour.sort();
      },
    };
  },
};
