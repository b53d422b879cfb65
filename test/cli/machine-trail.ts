// Three weeks of CloudTrail of twelve machines, in which somebody else uses one machine's key on one day: what tests of detection by the command line
// are run over. Hand-made, so that a test can say what is in it.
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A Monday. */
export const startMs = Date.UTC(2026, 9, 12);
export const days = 20;
export const theftDay = 17;
export const victim = "arn:aws:iam::111122223333:user/machine-3";

/** Twelve machines at work in four hours of each day, and for an hour of one day somebody with the key of one of them. */
export function trail(lastDay: number): string {
  const records: object[] = [];
  for (let day = 0; day < lastDay; day++)
    for (let machine = 0; machine < 12; machine++)
      for (const hour of [1, 7, 13, 19])
        for (let call = 0; call < 3 + ((day * 7 + hour * 3 + machine) % 4); call++) {
          const timeMs = startMs + day * dayMs + ((hour + machine) % 24) * hourMs + call * 60_000;
          const action = call % 2 === 0 ? "PutObject" : "GetObject";
          records.push(
            record(machine, timeMs, action, `machine-${machine}-data`, `203.0.113.${machine}`, "restic/0.16", `${day}-${machine}-${hour}-${call}`),
          );
        }
  for (const [index, bucket] of ["payroll", "ledger", "orders", "secrets"].entries()) {
    const timeMs = startMs + theftDay * dayMs + 5 * hourMs + (index + 1) * 120_000;
    if (theftDay < lastDay) records.push(record(3, timeMs, "ListObjects", bucket, "198.51.100.9", "aws-cli/2.15.0", `theft-${index}`));
  }
  return records.map((each) => `${JSON.stringify(each)}\n`).join("");
}

/** The whole trail, then a machine that was seen once, and a role that did nothing itself: only the record of who got its credentials names it. */
export function trailWithStrangers(): string {
  const once = record(99, startMs + 10 * dayMs + hourMs, "GetObject", "once", "203.0.113.99", "boto3/1.34", "once-1");
  const { requestParameters: _, ...call } = record(1, startMs + 10 * dayMs + 2 * hourMs, "AssumeRole", "", "203.0.113.1", "restic/0.16", "handed-1");
  const handedOut = {
    ...call,
    eventSource: "sts.amazonaws.com",
    requestParameters: { roleArn: "arn:aws:iam::111122223333:role/never-acts", roleSessionName: "s" },
    responseElements: {
      credentials: { accessKeyId: "ASIANEVERACTS0000001", expiration: "Oct 22, 2026, 3:00:00 AM" },
      assumedRoleUser: { assumedRoleId: "AROANEVERACTS0000001:s", arn: "arn:aws:sts::111122223333:assumed-role/never-acts/s" },
    },
  };
  return `${trail(days)}${JSON.stringify(once)}\n${JSON.stringify(handedOut)}\n`;
}

function record(machine: number, timeMs: number, eventName: string, bucketName: string, sourceIPAddress: string, userAgent: string, eventID: string) {
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
    eventSource: "s3.amazonaws.com",
    eventName,
    awsRegion: "eu-west-1",
    sourceIPAddress,
    userAgent,
    eventID,
    requestParameters: { bucketName },
    recipientAccountId: "111122223333",
  };
}
