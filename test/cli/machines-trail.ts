// Three weeks of CloudTrail of a few machines, in which somebody else uses one machine's key for an hour: what tests of detection by the command
// line are run over. Hand-made, so that a test can say what is in it.
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A Monday. */
const startMs = Date.UTC(2026, 9, 12);
const days = 20;
const theftDay = 17;
export const victim = "arn:aws:iam::111122223333:user/machine-3";

/** Twelve machines at work in four hours of each day; on one day four calls with the key of one of them; one that was seen once. */
export function machinesTrail(): string {
  const records: object[] = [];
  for (let day = 0; day < days; day++)
    for (let machine = 0; machine < 12; machine++)
      for (const hour of [1, 7, 13, 19])
        for (let call = 0; call < 3 + ((day * 7 + hour * 3 + machine) % 4); call++) {
          const timeMs = startMs + day * dayMs + ((hour + machine) % 24) * hourMs + call * 60_000;
          const from = { bucketName: `machine-${machine}-data`, sourceIPAddress: `203.0.113.${machine}`, userAgent: "restic/0.16" };
          records.push(record(machine, timeMs, call % 2 === 0 ? "PutObject" : "GetObject", `${day}-${machine}-${hour}-${call}`, from));
        }
  for (const [index, bucketName] of ["payroll", "ledger", "orders", "secrets"].entries()) {
    const timeMs = startMs + theftDay * dayMs + 5 * hourMs + (index + 1) * 120_000;
    records.push(record(3, timeMs, "ListObjects", `theft-${index}`, { bucketName, sourceIPAddress: "198.51.100.9", userAgent: "aws-cli/2.15.0" }));
  }
  const once = { bucketName: "once", sourceIPAddress: "203.0.113.99", userAgent: "boto3/1.34" };
  records.push(record(99, startMs + 10 * dayMs + hourMs, "GetObject", "once-1", once));
  records.push(roleHandedOut(startMs + 10 * dayMs + 2 * hourMs));
  return records.map((each) => `${JSON.stringify(each)}\n`).join("");
}

type From = Readonly<Record<"bucketName" | "sourceIPAddress" | "userAgent", string>>;

function record(machine: number, timeMs: number, eventName: string, eventID: string, { bucketName, sourceIPAddress, userAgent }: From): object {
  return {
    ...call(machine, timeMs, eventID),
    eventSource: "s3.amazonaws.com",
    eventName,
    sourceIPAddress,
    userAgent,
    requestParameters: { bucketName },
  };
}

/** A role that did nothing itself: only the record of who got its credentials names it. */
function roleHandedOut(timeMs: number): object {
  const roleArn = "arn:aws:iam::111122223333:role/never-acts";
  return {
    ...call(1, timeMs, "handed-1"),
    ...{ eventSource: "sts.amazonaws.com", eventName: "AssumeRole", sourceIPAddress: "203.0.113.1", userAgent: "restic/0.16" },
    requestParameters: { roleArn, roleSessionName: "s" },
    responseElements: {
      credentials: { accessKeyId: "ASIANEVERACTS0000001", expiration: "Oct 22, 2026, 3:00:00 AM" },
      assumedRoleUser: { assumedRoleId: "AROANEVERACTS0000001:s", arn: "arn:aws:sts::111122223333:assumed-role/never-acts/s" },
    },
  };
}

function call(machine: number, timeMs: number, eventID: string): object {
  const userName = `machine-${machine}`;
  return {
    eventVersion: "1.09",
    userIdentity: {
      type: "IAMUser",
      arn: `arn:aws:iam::111122223333:user/${userName}`,
      accountId: "111122223333",
      userName,
      accessKeyId: `AKIAMACHINE${String(machine).padStart(2, "0")}KEY00`,
    },
    eventTime: new Date(timeMs).toISOString().replace(".000", ""),
    awsRegion: "eu-west-1",
    eventID,
    recipientAccountId: "111122223333",
  };
}
