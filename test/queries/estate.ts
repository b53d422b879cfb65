// A small estate for the questions: a CI run that becomes a deploy role that becomes a backup role, two bots on one static key, a
// Google delegation, a Kubernetes pod, a person. Every row is delivered twice, one event in two stages, in blocks of four.
import { blankAction } from "../../model/identity-action.ts";
import type { Store } from "../../storage/store.ts";
import { timeText } from "../../storage/time-text.ts";
import { blockOf, dayMs, type ReceivedAction, received, startMs } from "../storage/action-rows.ts";
import { settleDeliveries } from "./stored-deliveries.ts";
import { settleFindings } from "./stored-findings.ts";

const hourMs = 3_600_000;
export const account = "111122223333";
export const ciSubject = "token.actions.example/repo:example-org/shop:environment:production";
export const deployRole = `arn:aws:iam::${account}:role/deploy`;
export const backupRole = `arn:aws:iam::${account}:role/backup`;
export const ciBot = `arn:aws:iam::${account}:user/ci-bot`;
export const legacyBot = `arn:aws:iam::${account}:user/legacy-bot`;
export const analyst = "arn:aws:iam::111122223333:user/analyst@example.com";
export const gcpRunner = "runner@example-project.iam.gserviceaccount.com";
const gcpOwner = "owner@example-project.iam.gserviceaccount.com";
export const podAccount = "cluster-a/system:serviceaccount:shop:worker";
/** From here on sources were looked at, ten minutes a day. */
export const watchedMs = Date.UTC(2100, 0, 1);
export const bucketObject = "arn:aws:s3:::shop-data/orders/2026.parquet";

const awsBase = {
  account_uid: account,
  region: "eu-west-1",
  src_kind: "private",
  src_network: "private",
  src_ip: "10.0.0.5",
  outcome: "success",
} as const;

const ci = {
  ...awsBase,
  identity_uid: ciSubject,
  identity_name: "example-org/shop",
  identity_rule: "web-identity",
  principal_type: "federated-subject",
  workload_type: "ci-pipeline",
} as const;
const deploy = {
  ...awsBase,
  identity_uid: deployRole,
  identity_name: "deploy",
  identity_alias: "AROAEXAMPLEDEPLOY",
  identity_rule: "assumed-role",
  principal_type: "iam-role",
  workload_type: "ci-pipeline",
  credential_uid: "ASIADEPLOY1",
  credential_type: "sts-session",
  credential_lifetime: "short-lived",
  agent_family: "terraform/1",
} as const;
const backup = {
  ...awsBase,
  identity_uid: backupRole,
  identity_name: "backup",
  identity_rule: "assumed-role",
  principal_type: "iam-role",
  credential_uid: "ASIABACKUP1",
  credential_type: "sts-session",
  credential_lifetime: "short-lived",
  issuer_uid: deployRole,
  service: "s3",
  agent_family: "aws-sdk-java/2",
} as const;
const staticKey = {
  credential_uid: "AKIASHARED",
  credential_type: "access-key",
  credential_lifetime: "static",
  credential_issued_at: Date.UTC(2021, 4, 1),
} as const;
const object = {
  resource_uids: [bucketObject],
  resource_types: ["AWS::S3::Object"],
  resource_accounts: [account],
  resource_patterns: ["arn:aws:s3:::shop-data/orders/*"],
  resource_scopes: ["shop-data"],
};

const awsActions: readonly ReceivedAction[] = [
  received({
    ...ci,
    event_uid: "aws-1",
    time: startMs,
    service: "sts",
    action: "AssumeRoleWithWebIdentity",
    activity: "auth",
    issued_credential_uid: "ASIADEPLOY1",
    issued_credential_type: "sts-session",
    target_identity_uid: deployRole,
  }),
  received({
    ...deploy,
    event_uid: "aws-2",
    time: startMs + hourMs,
    service: "sts",
    action: "AssumeRole",
    activity: "auth",
    issued_credential_uid: "ASIABACKUP1",
    issued_credential_type: "sts-session",
  }),
  received({
    ...deploy,
    event_uid: "aws-3",
    time: startMs + 2 * hourMs,
    service: "ec2",
    action: "RunInstances",
    activity: "write",
    request_uid: "request-3",
    resource_uids: ["arn:aws:ec2:eu-west-1:111122223333:instance/i-0example"],
    resource_patterns: ["arn:aws:ec2:eu-west-1:111122223333:instance/*"],
    resource_scopes: [account],
  }),
  received({ ...backup, ...object, event_uid: "aws-4", time: startMs + 3 * hourMs, action: "GetObject", activity: "data-read" }),
  received({ ...backup, ...object, event_uid: "aws-5", time: startMs + dayMs + 3 * hourMs, action: "GetObject", activity: "data-read" }),
  received({
    ...backup,
    ...object,
    event_uid: "aws-6",
    time: startMs + dayMs + 4 * hourMs,
    action: "DeleteObject",
    activity: "data-write",
    outcome: "denied",
    error_code: "AccessDenied",
  }),
  received({
    ...awsBase,
    ...staticKey,
    event_uid: "aws-7",
    identity_uid: ciBot,
    identity_name: "ci-bot",
    identity_rule: "iam-user",
    principal_type: "iam-user",
    time: startMs + 5 * hourMs,
    service: "s3",
    action: "PutObject",
    activity: "data-write",
    ...object,
  }),
  received({
    ...awsBase,
    ...staticKey,
    credential_lifetime: "unknown",
    event_uid: "aws-8",
    identity_uid: legacyBot,
    identity_name: "legacy-bot",
    identity_rule: "iam-user",
    principal_type: "iam-user",
    time: startMs + 6 * hourMs,
    service: "s3",
    action: "ListBucket",
    activity: "read",
  }),
  received({
    ...awsBase,
    ...staticKey,
    event_uid: "aws-9",
    identity_uid: legacyBot,
    identity_name: "legacy-bot",
    identity_rule: "iam-user",
    principal_type: "unknown",
    time: startMs + 40 * dayMs,
    service: "s3",
    action: "ListBucket",
    activity: "read",
  }),
  received({
    ...awsBase,
    event_uid: "aws-10",
    identity_uid: analyst,
    identity_name: "analyst@example.com",
    identity_rule: "iam-user",
    principal_type: "user",
    workload_type: "human",
    is_machine: false,
    time: startMs + 7 * hourMs,
    service: "s3",
    action: "GetObject",
    activity: "data-read",
    ...object,
  }),
  received({
    ...awsBase,
    event_uid: "aws-11",
    identity_uid: analyst,
    identity_name: "analyst@example.com",
    identity_rule: "iam-user",
    principal_type: "user",
    workload_type: "human",
    is_machine: false,
    time: startMs + 8 * hourMs,
    service: "iam",
    action: "CreateAccessKey",
    activity: "admin",
    issued_credential_uid: "AKIAFRESH",
    issued_credential_type: "access-key",
    target_identity_uid: legacyBot,
  }),
  received({
    ...awsBase,
    ...staticKey,
    credential_uid: "AKIAFRESH",
    credential_issued_at: 0,
    event_uid: "aws-12",
    identity_uid: legacyBot,
    identity_name: "legacy-bot",
    identity_rule: "iam-user",
    principal_type: "iam-user",
    time: startMs + 9 * hourMs,
    service: "s3",
    action: "ListBucket",
    activity: "read",
  }),
];

const gcp = (fields: Parameters<typeof received>[0]) =>
  received({ ...blankAction("gcp", "gcp-audit"), account_uid: "example-project", outcome: "success", ...fields });
const kubernetes = (fields: Parameters<typeof received>[0]) =>
  received({ ...blankAction("kubernetes", "kubernetes-audit"), account_uid: "cluster-a", ...fields });
const pod = {
  identity_uid: podAccount,
  identity_name: "worker",
  identity_rule: "service-account",
  principal_type: "k8s-service-account",
  workload_type: "k8s-pod",
  service: "core",
  action: "create",
  activity: "write",
  time: startMs + 8 * hourMs,
  event_uid: "k8s-1",
} as const;

const otherActions: readonly ReceivedAction[] = [
  gcp({
    event_uid: "gcp-1",
    time: startMs + 9 * hourMs,
    identity_uid: gcpRunner,
    identity_name: "runner",
    identity_rule: "service-account",
    principal_type: "service-account",
    delegation: [gcpOwner],
    service: "compute.googleapis.com",
    action: "v1.compute.instances.insert",
    activity: "write",
    request_uid: "operation-1",
  }),
  kubernetes({ ...pod, event_rank: 1, outcome: "unknown", resource_uids: ["core/pods/shop/"], resource_types: ["pods"] }),
  kubernetes({ ...pod, event_rank: 3, outcome: "success", resource_uids: ["core/pods/shop/job-1"], resource_types: ["pods"] }),
];

const estate: readonly ReceivedAction[] = [...awsActions, ...otherActions];

/** Twice over, the second time backwards. */
export async function settle(store: Store): Promise<void> {
  for (const rows of [estate, estate.toReversed()]) {
    for (let first = 0; first < rows.length; first += 4) await store.insertActions(await blockOf(rows.slice(first, first + 4)));
    await store.insertRows("completions", [
      { event_uid: "gcp-1", completed_at: timeText(startMs + 10 * hourMs), outcome: "failure", error_code: "8", error_message: "quota" },
    ]);
    const quarantined = (position: number, reason: string) => ({
      source_id: "files",
      origin: "logs/a.json.gz",
      position,
      reason,
      received_at: timeText(startMs + 30 * dayMs),
      version: 5,
      raw: "{",
    });
    await store.insertRows("quarantine", [quarantined(10, "not JSON"), quarantined(900, "not JSON"), quarantined(400, "no time")]);
    const checkpointed = (number: number, bucket: number, key: string, slot: number, state: string) => ({
      version: "v1",
      ...{ bucket, key, slot, number, state },
      // Rows of long ago run out.
      written_at: timeText(Date.UTC(2100, 0, 1) + number),
    });
    await store.insertRows("detection_checkpoints", [
      ...[checkpointed(1, 7, "one", 0, '"then"'), checkpointed(2, 7, "one", 1, '"now"'), checkpointed(3, 7, "one", 0, '"never finished"')],
      ...[checkpointed(1, 7, "two", 0, '"unchanged"'), checkpointed(1, 0, "", 0, '"head 1"'), checkpointed(2, 0, "", 1, '"head 2"')],
    ]);
    const claimed = (name: string, fence: number, holder: string, renewedMs: number, is_released = false) => ({
      ...{ name, fence, holder, is_released, renewed_at: timeText(renewedMs) },
    });
    const later = Date.UTC(2100, 0, 1);
    const before = Date.now() - hourMs;
    await store.insertRows("leases", [
      ...[claimed("held", 3, "one", later), claimed("held", 4, "two", before), claimed("held", 4, "two", later)],
      ...[claimed("given back", 1, "one", later), claimed("given back", 1, "one", later + 1, true), claimed("run out", 2, "one", before)],
      ...[claimed("claimed by two", 1, "one", later), claimed("claimed by two", 2, "one", later), claimed("claimed by two", 2, "two", later)],
    ]);
    // Of `audit` something comes in the first minute of each day and once more, later on each day; of `push` on the first day only.
    const looked = (source_id: string, day: number, minute: number, records: number, format = "", process = "one") => ({
      ...{ source_id, format, minute: timeText(watchedMs + day * dayMs + minute * 60_000).slice(0, 19), process, records },
      rejected: format === "" && day === 3 ? records : 0,
    });
    const days = [0, 1, 2, 3];
    const minutes = Array.from({ length: 10 }, (_, minute) => minute);
    await store.insertRows("source_activity", [
      ...days.flatMap((day) => minutes.map((minute) => looked("audit", day, minute, minute === 0 || minute === 3 + day ? 10 : 0))),
      ...days.flatMap((day) => minutes.map((minute) => looked("push", day, minute, day === 0 ? 5 : 0))),
      // Another process had the records of a minute in which the first one had none.
      ...[looked("push", 1, 4, 7, "", "two"), looked("audit", 0, 0, 10, "kubernetes-audit"), looked("audit", 1, 0, 4, "kubernetes-audit")],
    ]);
    await store.insertRows("cursors", [{ source_id: "files", partition: "head-1", position: '{"offset":512}', updated_at: timeText(startMs) }]);
    await settleFindings(store);
    await settleDeliveries(store);
  }
}
