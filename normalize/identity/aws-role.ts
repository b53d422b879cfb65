// Who an AWS role session is: always the role; the rules differ in what they know of the workload behind it.
import { lastNameOf } from "../aws/arn.ts";
import { type AwsCaller, issuerOfProvider, noCaller } from "../aws/caller.ts";
import { beforeColon, delegationOf, person, roleArnOf, sessionNameOf, uniqueId } from "../aws/caller-facts.ts";
import { sessionCredential } from "../aws/credential.ts";
import { isRolesAnywhereSession, workloadBySessionName, workloadInScope } from "../aws/session-workload.ts";
import { workloadOfIssuer } from "./oidc-subject.ts";
import type { Identity, IdentityRule } from "./rule.ts";

const userGuide = "CloudTrail user guide, userIdentity element";

export const awsRoleRules: readonly IdentityRule<AwsCaller>[] = [
  {
    id: "aws-service-linked-role",
    says: "A session of a service-linked role: the role's ARN; only the service that the reserved path /aws-service-role/ names can hold it.",
    source: "IAM user guide, Service-linked roles: reserved path",
    when: (caller) => serviceLinkedRole.test(caller.issuerArn),
    identity: (caller) => ({
      ...roleIdentity(caller),
      workload_type: "provider-service",
      workload_uid: serviceLinkedRole.exec(caller.issuerArn)?.[1] ?? "",
    }),
    examples: [
      {
        caller: {
          ...noCaller,
          type: "AssumedRole",
          principalId: "AROAEXAMPLEID1:resource-check",
          issuerArn: "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
          issuerPrincipalId: "AROAEXAMPLEID1",
          issuerUserName: "AWSServiceRoleForConfig",
        },
        is: {
          identity_uid: "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
          identity_name: "AWSServiceRoleForConfig",
          identity_alias: "AROAEXAMPLEID1",
          workload_type: "provider-service",
          workload_uid: "config.amazonaws.com",
          session_name: "resource-check",
        },
      },
    ],
  },
  {
    id: "aws-sso-role",
    says: "A session that IAM Identity Center opened for a person: the reserved role's ARN; the person is the session's name.",
    source: "IAM Identity Center user guide: roles in the reserved path /aws-reserved/sso.amazonaws.com/, named AWSReservedSSO_",
    when: (caller) => roleArnOf(caller) !== "" && (ssoRole.test(caller.issuerArn) || (caller.issuerArn === "" && ssoSession.test(caller.arn))),
    identity: (caller) => ({ ...roleIdentity(caller), workload_type: "human", is_machine: false }),
    examples: [
      {
        caller: {
          ...noCaller,
          type: "AssumedRole",
          arn: "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_1b74cd717d470000/analyst@example.com",
          issuerArn: "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_1b74cd717d470000",
          onBehalfOfUserId: "976710cc5d-11111111-2222-4333-8444-555555555555",
        },
        is: {
          identity_name: "AWSReservedSSO_Admin_1b74cd717d470000",
          session_name: "analyst@example.com",
          is_machine: false,
          delegation: ["arn:aws:identitystore:::user/976710cc5d-11111111-2222-4333-8444-555555555555"],
        },
      },
    ],
  },
  {
    id: "aws-role-delegated-to-provider",
    says: "A role session used by a product provider with a temporary delegation: the role's ARN, third party behind it.",
    source: `${userGuide}: invokedByDelegate.accountId`,
    when: (caller) => caller.delegateAccountId !== "" && roleArnOf(caller) !== "",
    identity: (caller) => ({ ...roleIdentity(caller), workload_type: "third-party" }),
    examples: [
      {
        caller: {
          ...noCaller,
          type: "AssumedRole",
          arn: "arn:aws:sts::111122223333:assumed-role/onboarding/vendor",
          delegateAccountId: "999988887777",
        },
        is: { identity_uid: "arn:aws:iam::111122223333:role/onboarding", workload_type: "third-party", delegation: ["aws-account/999988887777"] },
      },
    ],
  },
  {
    id: "aws-role-on-ec2",
    says: "A session that the instance metadata service delivered: the role's ARN; the instance is who held the credential.",
    source: `${userGuide}: sessionContext.ec2RoleDelivery, inScopeOf with issuerType AWS::EC2::Instance`,
    when: (caller) => roleArnOf(caller) !== "" && (caller.ec2RoleDelivery !== "" || caller.scopeType === "AWS::EC2::Instance"),
    identity: (caller) => {
      const role = roleIdentity(caller);
      const instance = caller.scopeType === "AWS::EC2::Instance" && caller.scopeArn !== "" ? lastNameOf(caller.scopeArn) : (role.session_name ?? "");
      return { ...role, workload_type: "ec2-instance", workload_uid: instance };
    },
    examples: [
      {
        caller: {
          ...noCaller,
          type: "AssumedRole",
          arn: "arn:aws:sts::111122223333:assumed-role/web/i-0317f6c6b66ae9c40",
          accessKeyId: "ASIAEXAMPLEKEY000001",
          issuerArn: "arn:aws:iam::111122223333:role/app/web",
          ec2RoleDelivery: "2.0",
          sessionCreatedAt: "2026-11-01T08:00:00Z",
        },
        is: {
          identity_uid: "arn:aws:iam::111122223333:role/app/web",
          workload_type: "ec2-instance",
          workload_uid: "i-0317f6c6b66ae9c40",
          credential_type: "sts-session",
          credential_issued_at: Date.UTC(2026, 10, 1, 8),
        },
      },
    ],
  },
  {
    id: "aws-role-in-scope",
    says: "A session whose credential the record says was issued to a function, task or build: the role's ARN; that resource held the credential.",
    source: `${userGuide}: inScopeOf.issuerType and credentialsIssuedTo`,
    when: (caller) => roleArnOf(caller) !== "" && caller.scopeType !== "",
    identity: (caller) => ({ ...roleIdentity(caller), ...workloadInScope(caller.scopeType, caller.scopeArn) }),
    examples: [
      {
        caller: {
          ...noCaller,
          type: "AssumedRole",
          arn: "arn:aws:sts::111122223333:assumed-role/orders-role/orders",
          issuerArn: "arn:aws:iam::111122223333:role/orders-role",
          scopeType: "AWS::Lambda::Function",
          scopeArn: "arn:aws:lambda:eu-west-1:111122223333:function:orders",
        },
        is: {
          identity_uid: "arn:aws:iam::111122223333:role/orders-role",
          workload_type: "lambda-function",
          workload_uid: "arn:aws:lambda:eu-west-1:111122223333:function:orders",
        },
      },
    ],
  },
  {
    id: "aws-role-from-web-identity",
    says: "A session opened with an OpenID Connect token (EKS service account, CI run, Cognito): the role's ARN; the provider is the issuer.",
    source: `${userGuide}: sessionContext.webIdFederationData.federatedProvider`,
    when: (caller) => caller.federatedProvider !== "" && roleArnOf(caller) !== "",
    identity: (caller) => ({
      ...roleIdentity(caller),
      workload_type: workloadOfIssuer(issuerOfProvider(caller.federatedProvider)),
      issuer_uid: caller.federatedProvider,
    }),
    examples: [
      {
        caller: {
          ...noCaller,
          type: "AssumedRole",
          arn: "arn:aws:sts::111122223333:assumed-role/checkout/botocore-session-1762934400",
          federatedProvider: "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E",
        },
        is: {
          identity_uid: "arn:aws:iam::111122223333:role/checkout",
          workload_type: "k8s-pod",
          issuer_uid: "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E",
        },
      },
      {
        caller: {
          ...noCaller,
          type: "AssumedRole",
          arn: "arn:aws:sts::111122223333:assumed-role/deploy/GitHubActions",
          federatedProvider: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
        },
        is: { identity_uid: "arn:aws:iam::111122223333:role/deploy", workload_type: "ci-pipeline", session_name: "GitHubActions" },
      },
    ],
  },
  {
    id: "aws-role-from-certificate",
    says: "A session that IAM Roles Anywhere opened for a certificate: the role's ARN; a service outside of AWS behind it.",
    source: "IAM Roles Anywhere user guide: the session is named by the certificate's serial number, sourceIdentity is CN=<common name>",
    when: (caller) => roleArnOf(caller) !== "" && isRolesAnywhereSession(sessionNameOf(caller), caller.sourceIdentity),
    identity: (caller) => ({ ...roleIdentity(caller), workload_type: "on-prem-service", workload_uid: caller.sourceIdentity }),
    examples: [
      {
        caller: { ...noCaller, type: "AssumedRole", arn: "arn:aws:sts::111122223333:assumed-role/erp/00c0ffee00c0ffee", sourceIdentity: "CN=erp-01" },
        is: { identity_uid: "arn:aws:iam::111122223333:role/erp", workload_type: "on-prem-service", workload_uid: "CN=erp-01" },
      },
    ],
  },
  {
    id: "aws-role-person",
    says: "A role session from the console or with a second factor: the role's ARN, held by a person.",
    source: `${userGuide}: sessionCredentialFromConsole, sessionContext.attributes.mfaAuthenticated`,
    when: (caller) => (caller.isConsole !== "" || caller.hasMfa !== "") && roleArnOf(caller) !== "",
    identity: (caller) => ({ ...roleIdentity(caller), ...person(caller) }),
    examples: [
      {
        caller: { ...noCaller, type: "AssumedRole", arn: "arn:aws:sts::111122223333:assumed-role/ops/analyst", isConsole: "true" },
        is: { identity_uid: "arn:aws:iam::111122223333:role/ops", is_machine: false, workload_type: "human", credential_type: "console-session" },
      },
    ],
  },
  {
    id: "aws-role-by-session-name",
    says: "A role session named as AWS services and well-known tools name theirs: the role's ARN; the workload rests on the name alone, which whoever assumes the role may choose.",
    source: "Session names seen in CloudTrail: instance id, ECS task id, IoT certificate id, eks-CLUSTER-POD-UUID, AWSCodeBuild-*, GitHubActions",
    when: (caller) => roleArnOf(caller) !== "" && workloadBySessionName(sessionNameOf(caller)) !== undefined,
    identity: (caller) => ({ ...roleIdentity(caller), ...workloadBySessionName(sessionNameOf(caller)) }),
    examples: [
      {
        caller: { ...noCaller, type: "AssumedRole", arn: "arn:aws:sts::111122223333:assumed-role/web/i-0317f6c6b66ae9c40" },
        is: { identity_uid: "arn:aws:iam::111122223333:role/web", workload_type: "ec2-instance", workload_uid: "i-0317f6c6b66ae9c40" },
      },
      {
        caller: {
          ...noCaller,
          type: "AssumedRole",
          arn: "arn:aws:sts::111122223333:assumed-role/checkout/eks-cluster-a-checkout-7-0a1b2c3d-0000-4000-8000-00c0ffee0001",
        },
        is: { identity_uid: "arn:aws:iam::111122223333:role/checkout", workload_type: "k8s-pod", workload_uid: "" },
      },
    ],
  },
  {
    id: "aws-role-session",
    says: "Any other role session: the role's ARN as the session's issuer gives it, else derived from the session's ARN; the session name is an attribute.",
    source: `${userGuide}: sessionContext.sessionIssuer; types AssumedRole and Role`,
    when: (caller) => roleArnOf(caller) !== "",
    identity: roleIdentity,
    examples: [
      {
        caller: {
          ...noCaller,
          type: "AssumedRole",
          principalId: "AROAEXAMPLEID1:nightly",
          arn: "arn:aws-cn:sts::111122223333:assumed-role/report/nightly",
          accessKeyId: "ASIAEXAMPLEKEY000001",
          sourceIdentity: "deploy-bot",
        },
        is: {
          identity_uid: "arn:aws-cn:iam::111122223333:role/report",
          identity_name: "report",
          identity_alias: "AROAEXAMPLEID1",
          session_name: "nightly",
          principal_type: "iam-role",
          credential_uid: "ASIAEXAMPLEKEY000001",
          credential_lifetime: "short-lived",
          delegation: ["source-identity:deploy-bot"],
        },
      },
    ],
  },
];

const serviceLinkedRole = /^arn:[^:]*:iam::[^:]*:role\/aws-service-role\/([^/]+)\/./;
const ssoRole = /^arn:[^:]*:iam::[^:]*:role\/aws-reserved\/sso\.amazonaws\.com\//;
const ssoSession = /^arn:[^:]*:sts::[^:]*:assumed-role\/AWSReservedSSO_/;

function roleIdentity(caller: AwsCaller): Identity {
  const roleArn = roleArnOf(caller);
  const uniqueRoleId = caller.issuerPrincipalId || beforeColon(caller.principalId);
  return {
    identity_uid: roleArn,
    identity_name: lastNameOf(roleArn),
    identity_alias: uniqueId.test(uniqueRoleId) ? uniqueRoleId : "",
    principal_type: "iam-role",
    session_name: sessionNameOf(caller),
    ...sessionCredential(caller),
    delegation: delegationOf(caller),
  };
}
