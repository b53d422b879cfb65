// Who an AWS caller is: the rules that turn userIdentity into a durable identity, in the order in which they are tried.
import { isRoleArn, lastNameOf, readAssumedRole } from "../aws/arn.ts";
import { type AwsCaller, issuerOfProvider, noCaller } from "../aws/caller.ts";
import { presentedCredential, sessionCredential } from "../aws/credential.ts";
import { isRolesAnywhereSession, workloadBySessionName, workloadInScope } from "../aws/session-workload.ts";
import { readOidcSubject, workloadOfIssuer } from "./oidc-subject.ts";
import type { Identity, IdentityRule } from "./rule.ts";

const userGuide = "CloudTrail user guide, userIdentity element";

export const awsIdentityRules: readonly IdentityRule<AwsCaller>[] = [
  {
    id: "aws-anonymous",
    says: "A request without credentials (a public bucket, a public topic): anonymous, no durable identity.",
    source:
      "S3 user guide, Logging with CloudTrail: accountId and principalId ANONYMOUS_PRINCIPAL; public topics: type Unknown, principalId Anonymous",
    when: (caller) =>
      caller.accountId === "ANONYMOUS_PRINCIPAL" || caller.principalId === "ANONYMOUS_PRINCIPAL" || caller.principalId.toLowerCase() === "anonymous",
    identity: () => ({ identity_uid: "aws-anonymous", identity_name: "anonymous", principal_type: "anonymous", credential_type: "none" }),
    examples: [
      {
        caller: { ...noCaller, type: "AWSAccount", accountId: "ANONYMOUS_PRINCIPAL" },
        is: { identity_uid: "aws-anonymous", principal_type: "anonymous", credential_type: "none" },
      },
    ],
  },
  {
    id: "aws-eks-pod-identity",
    says: "EKS Pod Identity opens a role session and tags it with the pod: the identity is the pod's Kubernetes service account, in the cluster that the tag names.",
    source: "EKS user guide, EKS Pod Identity session tags; set by the service pods.eks.amazonaws.com itself",
    when: (caller) => caller.podServiceAccount !== "",
    identity: (caller) => ({
      identity_uid: caller.podServiceAccount,
      identity_name: lastNameOf(caller.podServiceAccount),
      principal_type: "k8s-service-account",
      workload_type: "k8s-pod",
      workload_uid: caller.podName,
      credential_type: "service-account-token",
      credential_lifetime: "short-lived",
    }),
    examples: [
      {
        caller: {
          ...noCaller,
          type: "AWSService",
          invokedBy: "pods.eks.amazonaws.com",
          serviceName: "pods.eks.amazonaws.com",
          podServiceAccount: "cluster-a/system:serviceaccount:shop:checkout",
          podName: "shop/checkout-7d4b9c-x2x5k",
        },
        is: { identity_uid: "cluster-a/system:serviceaccount:shop:checkout", identity_name: "checkout", workload_uid: "shop/checkout-7d4b9c-x2x5k" },
      },
    ],
  },
  {
    id: "aws-service",
    says: "An AWS service that acts on its own: the identity is the service's DNS name.",
    source: `${userGuide}: type AWSService, invokedBy; events that a service writes of itself have no type`,
    when: (caller) => caller.serviceName !== "",
    identity: (caller) => ({
      identity_uid: caller.serviceName,
      identity_name: caller.serviceName.slice(0, caller.serviceName.indexOf(".amazonaws.")) || caller.serviceName,
      principal_type: "aws-service",
      workload_type: "provider-service",
      credential_type: "none",
    }),
    examples: [
      {
        caller: { ...noCaller, type: "AWSService", invokedBy: "lambda.amazonaws.com", serviceName: "lambda.amazonaws.com" },
        is: { identity_uid: "lambda.amazonaws.com", identity_name: "lambda", principal_type: "aws-service", workload_type: "provider-service" },
      },
    ],
  },
  {
    id: "aws-root",
    says: "The root user of an account: arn:PARTITION:iam::ACCOUNT:root.",
    source: `${userGuide}: type Root; sessionContext.assumedRoot for sessions from AssumeRoot`,
    when: (caller) => caller.type === "Root" && (caller.accountId !== "" || caller.arn.endsWith(":root")),
    identity: (caller) => ({
      identity_uid: caller.arn.endsWith(":root") ? caller.arn : `arn:${caller.partition || "aws"}:iam::${caller.accountId}:root`,
      identity_name: "root",
      principal_type: "root",
      ...person(caller),
      ...presentedCredential(caller),
    }),
    examples: [
      {
        caller: { ...noCaller, type: "Root", accountId: "111122223333", partition: "aws-us-gov", hasMfa: "true" },
        is: { identity_uid: "arn:aws-us-gov:iam::111122223333:root", principal_type: "root", is_machine: false, workload_type: "human" },
      },
    ],
  },
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
  {
    id: "aws-federated-user",
    says: "A session from GetFederationToken: the federated user's ARN; the IAM user that asked for it is the issuer.",
    source: `${userGuide}: type FederatedUser, sessionIssuer`,
    when: (caller) => caller.type === "FederatedUser" && caller.arn !== "",
    identity: (caller) => ({
      identity_uid: caller.arn,
      identity_name: lastNameOf(caller.arn),
      identity_alias: caller.principalId,
      principal_type: "federated-subject",
      ...sessionCredential(caller),
      ...person(caller),
      issuer_uid: caller.issuerArn,
    }),
    examples: [
      {
        caller: {
          ...noCaller,
          type: "FederatedUser",
          arn: "arn:aws:sts::111122223333:federated-user/uploader",
          principalId: "111122223333:uploader",
          accessKeyId: "ASIAEXAMPLEKEY000002",
          issuerType: "IAMUser",
          issuerArn: "arn:aws:iam::111122223333:user/broker",
        },
        is: {
          identity_uid: "arn:aws:sts::111122223333:federated-user/uploader",
          principal_type: "federated-subject",
          issuer_uid: "arn:aws:iam::111122223333:user/broker",
          credential_type: "sts-session",
        },
      },
    ],
  },
  {
    id: "aws-iam-user",
    says: "An IAM user: its ARN, else the one derived from account and user name.",
    source: `${userGuide}: type IAMUser`,
    when: (caller) => userArnOf(caller) !== "",
    identity: (caller) => ({
      identity_uid: userArnOf(caller),
      identity_name: hiddenText(caller.userName) ? lastNameOf(userArnOf(caller)) : caller.userName,
      identity_alias: caller.principalId,
      principal_type: "iam-user",
      ...person(caller),
      ...presentedCredential(caller),
    }),
    examples: [
      {
        caller: {
          ...noCaller,
          type: "IAMUser",
          principalId: "AIDAEXAMPLEID2",
          arn: "arn:aws:iam::111122223333:user/service/backup-agent",
          accountId: "111122223333",
          accessKeyId: "AKIAEXAMPLEKEY000003",
          userName: "backup-agent",
        },
        is: {
          identity_uid: "arn:aws:iam::111122223333:user/service/backup-agent",
          identity_name: "backup-agent",
          identity_alias: "AIDAEXAMPLEID2",
          principal_type: "iam-user",
          credential_uid: "AKIAEXAMPLEKEY000003",
          credential_type: "access-key",
          credential_lifetime: "static",
        },
      },
      {
        caller: { ...noCaller, type: "IAMUser", accountId: "111122223333", userName: "deploy-bot", partition: "aws" },
        is: { identity_uid: "arn:aws:iam::111122223333:user/deploy-bot", identity_name: "deploy-bot" },
      },
    ],
  },
  {
    id: "aws-web-identity",
    says: "A caller with an OpenID Connect token: the issuer and the stable part of the subject (repository, project, workspace); a Kubernetes service account where the subject names one, in the cluster that the operator gave for the issuer.",
    source: "IAM user guide, Logging STS calls: type WebIdentityUser; the issuers' own documents of their subjects",
    when: (caller) => caller.type === "WebIdentityUser" && webIdentityOf(caller).subject !== "",
    identity: webIdentity,
    examples: [
      {
        caller: {
          ...noCaller,
          type: "WebIdentityUser",
          principalId:
            "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com:sts.amazonaws.com:repo:example-org@101/shop-api@202:ref:refs/heads/main",
          userName: "repo:example-org@101/shop-api@202:ref:refs/heads/main",
          identityProvider: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
        },
        is: {
          identity_uid: "token.actions.githubusercontent.com/repo:example-org/shop-api",
          identity_name: "example-org/shop-api",
          identity_alias: "token.actions.githubusercontent.com/repo:example-org@101/shop-api@202",
          principal_type: "federated-subject",
          workload_type: "ci-pipeline",
          session_name: "ref:refs/heads/main",
        },
      },
      {
        caller: {
          ...noCaller,
          type: "WebIdentityUser",
          userName: "system:serviceaccount:shop:checkout",
          identityProvider: "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E",
          cluster: "cluster-a",
        },
        is: { identity_uid: "cluster-a/system:serviceaccount:shop:checkout", principal_type: "k8s-service-account", workload_type: "k8s-pod" },
      },
    ],
  },
  {
    id: "aws-saml-user",
    says: "A caller with a SAML assertion: the provider's name qualifier and the user's name; a person, as SAML signs in through a browser.",
    source: "IAM user guide, Logging STS calls: type SAMLUser, principalId is saml:namequalifier and saml:sub",
    when: (caller) => caller.type === "SAMLUser" && (caller.userName !== "" || caller.principalId !== ""),
    identity: (caller) => ({
      identity_uid: `saml/${caller.principalId === "" ? `${caller.identityProvider}:${caller.userName}` : caller.principalId}`,
      identity_name: caller.userName || caller.principalId.slice(caller.principalId.indexOf(":") + 1),
      principal_type: "federated-subject",
      workload_type: "human",
      is_machine: false,
      credential_type: "federated-credential",
      credential_lifetime: "short-lived",
    }),
    examples: [
      {
        caller: {
          ...noCaller,
          type: "SAMLUser",
          principalId: "QualifierExample0000=:analyst@example.com",
          userName: "analyst@example.com",
          identityProvider: "QualifierExample0000=",
        },
        is: { identity_uid: "saml/QualifierExample0000=:analyst@example.com", identity_name: "analyst@example.com", is_machine: false },
      },
    ],
  },
  {
    id: "aws-identity-center-user",
    says: "A person signed in to IAM Identity Center: the ARN of the user in the identity store.",
    source: `${userGuide}: type IdentityCenterUser, onBehalfOf.userId, credentialId`,
    when: (caller) => caller.type === "IdentityCenterUser" && caller.onBehalfOfUserId !== "",
    identity: (caller) => ({
      identity_uid: identityCenterUser(caller.onBehalfOfUserId),
      identity_name: hiddenText(caller.userName) ? caller.onBehalfOfUserId : caller.userName,
      principal_type: "user",
      workload_type: "human",
      is_machine: false,
      ...presentedCredential(caller),
    }),
    examples: [
      {
        caller: {
          ...noCaller,
          type: "IdentityCenterUser",
          accountId: "111122223333",
          onBehalfOfUserId: "544894e8-80c1-4000-8000-3ba6510dfac1",
          credentialId: "EXAMPLE-bearer-credential-id",
        },
        is: {
          identity_uid: "arn:aws:identitystore:::user/544894e8-80c1-4000-8000-3ba6510dfac1",
          principal_type: "user",
          is_machine: false,
          credential_uid: "EXAMPLE-bearer-credential-id",
          credential_type: "access-token",
        },
      },
    ],
  },
  {
    id: "aws-directory-user",
    says: "A person signed in through AWS Directory Service: the directory's user in the account.",
    source: `${userGuide}: type Directory`,
    when: (caller) => caller.type === "Directory" && (caller.arn !== "" || caller.userName !== "" || caller.principalId !== ""),
    identity: (caller) => ({
      identity_uid: caller.arn || `aws-directory/${caller.accountId}/${caller.userName || caller.principalId}`,
      identity_name: caller.userName || caller.principalId || lastNameOf(caller.arn),
      principal_type: "user",
      workload_type: "human",
      is_machine: false,
      ...presentedCredential(caller),
    }),
    examples: [
      {
        caller: { ...noCaller, type: "Directory", accountId: "111122223333", userName: "analyst@example.com" },
        is: { identity_uid: "aws-directory/111122223333/analyst@example.com", principal_type: "user", is_machine: false },
      },
    ],
  },
  {
    id: "aws-unique-id",
    says: "A caller of another account, of which the record gives only the unique id: that id (AROA a role, AIDA a user); the alias of the same identity in its own account's log.",
    source: `${userGuide}: type AWSAccount; IAM user guide, unique identifiers`,
    when: (caller) => uniqueId.test(caller.principalId),
    identity: (caller) => {
      const id = beforeColon(caller.principalId);
      return {
        identity_uid: id,
        identity_name: id,
        identity_alias: id,
        principal_type: id.startsWith("AIDA") ? "iam-user" : "iam-role",
        session_name: sessionNameOf(caller),
        ...(id.startsWith("AIDA") ? presentedCredential(caller) : sessionCredential(caller)),
        delegation: delegationOf(caller),
      };
    },
    examples: [
      {
        caller: { ...noCaller, type: "AWSAccount", principalId: "AROAEXAMPLEID4:sync", accountId: "444455556666" },
        is: { identity_uid: "AROAEXAMPLEID4", identity_alias: "AROAEXAMPLEID4", principal_type: "iam-role", session_name: "sync" },
      },
      {
        caller: { ...noCaller, type: "AWSAccount", principalId: "AIDAEXAMPLEID5", accountId: "444455556666" },
        is: { identity_uid: "AIDAEXAMPLEID5", principal_type: "iam-user" },
      },
    ],
  },
  {
    id: "aws-account",
    says: "A caller of another account, of which the record gives only the account: some principal of that account.",
    source: `${userGuide}: type AWSAccount`,
    when: (caller) => caller.type === "AWSAccount" && caller.accountId !== "",
    identity: (caller) => ({
      identity_uid:
        caller.principalId === caller.accountId
          ? `arn:${caller.partition || "aws"}:iam::${caller.accountId}:root`
          : `aws-account/${caller.accountId}`,
      identity_name: caller.accountId,
      principal_type: caller.principalId === caller.accountId ? "root" : "unknown",
      ...presentedCredential(caller),
    }),
    examples: [
      {
        caller: { ...noCaller, type: "AWSAccount", accountId: "444455556666" },
        is: { identity_uid: "aws-account/444455556666", principal_type: "unknown" },
      },
    ],
  },
  {
    id: "aws-unnamed-user",
    says: "A caller of unknown type with a user name: IAM Identity Center's older records; a person of the account's directory.",
    source: "IAM Identity Center user guide, CloudTrail use cases: type Unknown with userName",
    when: (caller) => caller.type === "Unknown" && caller.accountId !== "" && (caller.userName !== "" || caller.principalId !== ""),
    identity: (caller) => ({
      identity_uid: `aws-directory/${caller.accountId}/${caller.principalId || caller.userName}`,
      identity_name: caller.userName || caller.principalId,
      principal_type: "user",
      workload_type: "human",
      is_machine: false,
      ...presentedCredential(caller),
    }),
    examples: [
      {
        caller: {
          ...noCaller,
          type: "Unknown",
          accountId: "111122223333",
          principalId: "976710cc5d-11111111-2222-4333-8444-555555555555",
          userName: "analyst",
        },
        is: {
          identity_uid: "aws-directory/111122223333/976710cc5d-11111111-2222-4333-8444-555555555555",
          identity_name: "analyst",
          is_machine: false,
        },
      },
    ],
  },
];

const serviceLinkedRole = /^arn:[^:]*:iam::[^:]*:role\/aws-service-role\/([^/]+)\/./;
const ssoRole = /^arn:[^:]*:iam::[^:]*:role\/aws-reserved\/sso\.amazonaws\.com\//;
const ssoSession = /^arn:[^:]*:sts::[^:]*:assumed-role\/AWSReservedSSO_/;
const uniqueId = /^A(?:ROA|IDA)[0-9A-Z*]/;

function hiddenText(text: string): boolean {
  return text === "" || text.startsWith("HIDDEN_DUE_TO_SECURITY_REASONS");
}

/** The role of a role session: from the issuer (with its path), else the session's ARN, else account and name. "" for other callers. */
function roleArnOf(caller: AwsCaller): string {
  if (isRoleArn(caller.issuerArn)) return caller.issuerArn;
  const session = readAssumedRole(caller.arn);
  if (session !== undefined) return session.roleArn;
  if (caller.type !== "AssumedRole" && caller.type !== "Role") return "";
  if (isRoleArn(caller.arn)) return caller.arn;
  const name = caller.issuerUserName || caller.userName;
  if (caller.accountId === "" || hiddenText(name)) return "";
  return `arn:${caller.partition || "aws"}:iam::${caller.accountId}:role/${name}`;
}

function sessionNameOf(caller: AwsCaller): string {
  const fromArn = readAssumedRole(caller.arn)?.sessionName ?? "";
  const colon = caller.principalId.indexOf(":");
  return fromArn !== "" || colon < 0 ? fromArn : caller.principalId.slice(colon + 1);
}

function beforeColon(text: string): string {
  const colon = text.indexOf(":");
  return colon < 0 ? text : text.slice(0, colon);
}

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

/** The chain that the record states, nearest to the caller first. A source identity is free text: its prefix keeps it from passing as an id. */
function delegationOf(caller: AwsCaller): readonly string[] {
  const chain: string[] = [];
  if (caller.delegateAccountId !== "") chain.push(`aws-account/${caller.delegateAccountId}`);
  if (caller.onBehalfOfUserId !== "") chain.push(identityCenterUser(caller.onBehalfOfUserId));
  if (caller.sourceIdentity !== "") chain.push(`source-identity:${caller.sourceIdentity}`);
  return chain;
}

function identityCenterUser(userId: string): string {
  return `arn:aws:identitystore:::user/${userId}`;
}

/** A console sign-in or a second factor is what a person does. */
function person(caller: AwsCaller): Partial<Identity> {
  return caller.isConsole === "" && caller.hasMfa === "" ? {} : { workload_type: "human", is_machine: false };
}

function userArnOf(caller: AwsCaller): string {
  if (caller.type !== "IAMUser" && caller.type !== "User") return "";
  if (caller.arn.startsWith("arn:")) return caller.arn;
  if (caller.accountId === "" || hiddenText(caller.userName)) return "";
  return `arn:${caller.partition || "aws"}:iam::${caller.accountId}:user/${caller.userName}`;
}

/** Issuer and subject. principalId is PROVIDER:AUDIENCE:SUBJECT; userName is the subject. */
function webIdentityOf(caller: AwsCaller): { issuer: string; subject: string } {
  const { identityProvider, principalId, userName } = caller;
  const issuer = issuerOfProvider(identityProvider);
  if (!hiddenText(userName)) return { issuer, subject: userName };
  const isPrefix = identityProvider !== "" && principalId.startsWith(`${identityProvider}:`);
  const rest = isPrefix ? principalId.slice(identityProvider.length + 1) : principalId;
  return { issuer, subject: isPrefix ? rest.slice(rest.indexOf(":") + 1) : rest };
}

function webIdentity(caller: AwsCaller): Identity {
  const { issuer, subject } = webIdentityOf(caller);
  const reduced = readOidcSubject(issuer, subject, caller.cluster);
  return {
    identity_uid: reduced.uid,
    identity_name: reduced.name,
    identity_alias: reduced.alias,
    principal_type: reduced.principal_type,
    workload_type: reduced.workload_type,
    session_name: reduced.run,
    credential_type: reduced.principal_type === "k8s-service-account" ? "service-account-token" : "federated-credential",
    credential_lifetime: "short-lived",
    issuer_uid: caller.identityProvider,
  };
}
