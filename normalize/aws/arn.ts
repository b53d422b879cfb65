// Amazon resource names: the parts that identities and resources are made from, and names put together. Alone, because a name
// with the wrong partition joins nothing. Every reading here takes hostile text.

/** `aws`, `aws-cn`, `aws-us-gov` and the isolated partitions, by the region's name. */
export function partitionOfRegion(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  if (region.startsWith("us-iso")) return region.startsWith("us-iso-") ? "aws-iso" : `aws-iso-${region.charAt(6)}`;
  return region.startsWith("eu-isoe-") ? "aws-iso-e" : region.startsWith("eusc-") ? "aws-eusc" : "aws";
}

export interface AssumedRole {
  /** The role behind the session. Its path is not in the session's name, so a role with a path differs. */
  readonly roleArn: string;
  readonly roleName: string;
  readonly sessionName: string;
}

const assumedRoleArn = /^arn:([^:]*):(?:sts|iam)::([^:]*):assumed-role\/([^/]+)(?:\/(.*))?$/s;

/** `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION` to the role; undefined for any other text. */
export function readAssumedRole(arn: string): AssumedRole | undefined {
  const parts = assumedRoleArn.exec(arn);
  if (parts === null) return undefined;
  const [, partition = "", account = "", roleName = "", sessionName = ""] = parts;
  return { roleArn: `arn:${partition}:iam::${account}:role/${roleName}`, roleName, sessionName };
}

/** The nth text between colons of an ARN; "" where there are fewer. */
function arnPart(arn: string, nth: number): string {
  let start = 0;
  for (let colons = 0; colons < nth; colons++) {
    start = arn.indexOf(":", start) + 1;
    if (start === 0) return "";
  }
  const end = arn.indexOf(":", start);
  return end < 0 ? "" : arn.slice(start, end);
}

/** `s3`, `iam`: the service whose resource this is. */
export function serviceOfArn(arn: string): string {
  return arn.startsWith("arn:") ? arnPart(arn, 2) : "";
}

/** Owner of the resource; "" where the name does not say (buckets). */
export function accountOfArn(arn: string): string {
  return arn.startsWith("arn:") ? arnPart(arn, 4) : "";
}

/** The text behind the last slash or colon: `arn:aws:iam::1:role/team/deploy` to `deploy`. */
export function lastNameOf(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf("/"), arn.lastIndexOf(":")) + 1);
}

const roleForm = /^arn:[^:]*:iam::[^:]*:role\/./s;

export function isRoleArn(arn: string): boolean {
  return roleForm.test(arn);
}
