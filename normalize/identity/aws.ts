// Who an AWS caller is: the rules that turn userIdentity into a durable identity, in the order in which they are tried.
import { lastNameOf } from "../aws/arn.ts";
import { type AwsCaller, issuerOfProvider, noCaller } from "../aws/caller.ts";
import { beforeColon, delegationOf, hiddenText, identityCenterUser, person, sessionNameOf, uniqueId } from "../aws/caller-facts.ts";
import { presentedCredential, sessionCredential } from "../aws/credential.ts";
import { awsRoleRules } from "./aws-role.ts";
import { readOidcSubject } from "./oidc-subject.ts";
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
      identity_name: caller.serviceName.replace(/\.amazonaws\.com(?:\.cn)?$/, ""),
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
      delegation: delegationOf(caller),
    }),
    examples: [
      {
        caller: { ...noCaller, type: "Root", accountId: "111122223333", partition: "aws-us-gov", hasMfa: "true" },
        is: { identity_uid: "arn:aws-us-gov:iam::111122223333:root", principal_type: "root", is_machine: false, workload_type: "human" },
      },
    ],
  },
  ...awsRoleRules,
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
      delegation: delegationOf(caller),
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
      delegation: delegationOf(caller),
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
