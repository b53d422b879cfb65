// Which calls are of a grave kind: as rows hold them, of each cloud, in the cases that its logs write; and neighbours that are not.
import { expect, test } from "vitest";
import { logTampering } from "../../detect/detectors/log-tampering.ts";
import { privilegeGrant } from "../../detect/detectors/privilege-grant.ts";
import { windowsOf } from "../../detect/evidence.ts";
import { EstateMemory } from "../../detect/memory/estate-memory.ts";
import { hourOf, startDay } from "../../detect/shown-hour.ts";

const known = new EstateMemory();
for (const identity of ["a", "b", "c", "d", "e"]) known.learn(windowsOf([hourOf({ identity, day: 0 })]), startDay);

function isOfKind(detector: typeof privilegeGrant, action: string): boolean {
  const [window] = windowsOf([hourOf({ identity: "a", day: 1, actions: [action] })]);
  return window !== undefined && detector.score(window, { memory: known, today: startDay + 1, keyAgeDays: 90 }).length > 0;
}

test.each([
  "iam:AttachUserPolicy",
  "iam:CreateAccessKey",
  "iam:UpdateAssumeRolePolicy",
  "cloudresourcemanager.googleapis.com:SetIamPolicy",
  "storage.googleapis.com:storage.setIamPermissions",
  "iam.googleapis.com:google.iam.admin.v1.CreateServiceAccountKey",
  "microsoft.authorization:MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE",
  "microsoft.authorization:Microsoft.Authorization/roleAssignments/write",
  "microsoft.keyvault:MICROSOFT.KEYVAULT/VAULTS/ACCESSPOLICIES/WRITE",
  "microsoft.managedidentity:Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write",
  "microsoft.aadiam:Add service principal credentials",
  "microsoft.aadiam:Add member to role",
  "microsoft.aadiam:Update application – Certificates and secrets management",
  "rbac.authorization.k8s.io:create clusterrolebindings",
])("grants rights or makes keys: %s", (action) => {
  expect(isOfKind(privilegeGrant, action)).toBe(true);
});

test.each([
  "iam:GetRolePolicy",
  "iam:DetachUserPolicy",
  "cloudresourcemanager.googleapis.com:GetIamPolicy",
  "microsoft.authorization:MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/READ",
  "microsoft.aadiam:Update application",
  "rbac.authorization.k8s.io:list clusterrolebindings",
  "core:create serviceaccounts/token",
])("grants nothing: %s", (action) => {
  expect(isOfKind(privilegeGrant, action)).toBe(false);
});

test.each([
  "cloudtrail:StopLogging",
  "cloudtrail:PutEventSelectors",
  "config:StopConfigurationRecorder",
  "guardduty:DeleteDetector",
  "ec2:DeleteFlowLogs",
  "logging.googleapis.com:google.logging.v2.ConfigServiceV2.UpdateSink",
  "logging.googleapis.com:google.logging.v2.ConfigServiceV2.DeleteSink",
  "microsoft.insights:MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE",
  "microsoft.insights:Microsoft.Insights/ActivityLogAlerts/Delete",
])("changes or deletes logging: %s", (action) => {
  expect(isOfKind(logTampering, action)).toBe(true);
});

test.each([
  "cloudtrail:DescribeTrails",
  "cloudtrail:CreateTrail",
  "logs:CreateLogGroup",
  "logging.googleapis.com:google.logging.v2.ConfigServiceV2.ListSinks",
  "microsoft.insights:MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/WRITE",
])("leaves logging alone: %s", (action) => {
  expect(isOfKind(logTampering, action)).toBe(false);
});
