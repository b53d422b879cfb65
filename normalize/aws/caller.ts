// The caller of a CloudTrail record as flat texts: what the identity rules read, and what is compared to know a caller again.
import { arrayOf, asBoolean, asIdentifier, asObject, asText, isObject, type JsonObject, objectOf, textOf } from "../../model/json.ts";
import type { NormalizeContext } from "../normalizer.ts";
import { partitionOfRegion } from "./arn.ts";

/** Every field is "" where the record does not say. */
export interface AwsCaller {
  readonly type: string;
  readonly principalId: string;
  readonly arn: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly userName: string;
  /** DNS name of the service that made the request for the caller. */
  readonly invokedBy: string;
  readonly identityProvider: string;
  /** Id of a bearer token (Identity Center). */
  readonly credentialId: string;
  readonly onBehalfOfUserId: string;
  /** Account of the product provider that acts with a delegation of this caller. */
  readonly delegateAccountId: string;
  /** What the credential was issued to: AWS::EC2::Instance and its ARN. */
  readonly scopeType: string;
  readonly scopeArn: string;
  readonly issuerType: string;
  readonly issuerArn: string;
  readonly issuerPrincipalId: string;
  readonly issuerUserName: string;
  readonly federatedProvider: string;
  readonly sessionCreatedAt: string;
  /** "true", or "". */
  readonly hasMfa: string;
  readonly sourceIdentity: string;
  readonly ec2RoleDelivery: string;
  /** "true" where the credential comes from a sign-in to the console, or "". */
  readonly isConsole: string;
  /** "true" where the record is a sign-in to the console itself, or "". */
  readonly isSignIn: string;
  /** DNS name of the service that acted on its own, for records whose caller is a service. */
  readonly serviceName: string;
  /** Cluster whose service accounts the identity provider signs, where the operator named it. */
  readonly cluster: string;
  /** From the session tags that EKS Pod Identity sets: CLUSTER/system:serviceaccount:NAMESPACE:NAME, and NAMESPACE/POD. */
  readonly podServiceAccount: string;
  readonly podName: string;
  readonly partition: string;
}

/** All fields; what a blank caller and the tests are made from. */
export const callerFields = [
  "type",
  "principalId",
  "arn",
  "accountId",
  "accessKeyId",
  "userName",
  "invokedBy",
  "identityProvider",
  "credentialId",
  "onBehalfOfUserId",
  "delegateAccountId",
  "scopeType",
  "scopeArn",
  "issuerType",
  "issuerArn",
  "issuerPrincipalId",
  "issuerUserName",
  "federatedProvider",
  "sessionCreatedAt",
  "hasMfa",
  "sourceIdentity",
  "ec2RoleDelivery",
  "isConsole",
  "isSignIn",
  "serviceName",
  "cluster",
  "podServiceAccount",
  "podName",
  "partition",
] as const satisfies readonly (keyof AwsCaller)[];

export const noCaller = Object.fromEntries(callerFields.map((field) => [field, ""])) as unknown as AwsCaller;

export function readCaller(record: JsonObject, context: NormalizeContext): AwsCaller {
  const user = asObject(record.userIdentity);
  const session = asObject(user?.sessionContext);
  const issuer = asObject(session?.sessionIssuer);
  const attributes = asObject(session?.attributes);
  const scope = asObject(user?.inScopeOf);
  const type = asText(user?.type);
  const invokedBy = asText(user?.invokedBy);
  const identityProvider = asText(user?.identityProvider);
  const pod = invokedBy === podIdentityService && type === "AWSService" ? readPodTags(record) : undefined;
  return {
    type,
    principalId: asIdentifier(user?.principalId),
    arn: asText(user?.arn),
    accountId: asIdentifier(user?.accountId) || (type === "AWSAccount" ? "" : asIdentifier(record.recipientAccountId)),
    accessKeyId: asText(user?.accessKeyId),
    userName: asText(user?.userName),
    invokedBy,
    identityProvider,
    credentialId: asText(user?.credentialId),
    onBehalfOfUserId: asText(asObject(user?.onBehalfOf)?.userId),
    delegateAccountId: asIdentifier(asObject(user?.invokedByDelegate)?.accountId),
    scopeType: asText(scope?.issuerType),
    scopeArn: asText(scope?.credentialsIssuedTo) || asText(scope?.sourceArn),
    issuerType: asText(issuer?.type),
    issuerArn: asText(issuer?.arn),
    issuerPrincipalId: asText(issuer?.principalId),
    issuerUserName: asText(issuer?.userName),
    federatedProvider: asText(asObject(session?.webIdFederationData)?.federatedProvider),
    sessionCreatedAt: asText(attributes?.creationDate),
    hasMfa: asBoolean(attributes?.mfaAuthenticated) === true ? "true" : "",
    sourceIdentity: asText(session?.sourceIdentity),
    ec2RoleDelivery: asIdentifier(session?.ec2RoleDelivery),
    isConsole: isConsoleSession(record, invokedBy) ? "true" : "",
    isSignIn: record.eventType === "AwsConsoleSignIn" ? "true" : "",
    serviceName: type === "AWSService" || (type === "" && user?.arn === undefined) ? serviceName(record, type, invokedBy) : "",
    cluster: identityProvider === "" ? "" : (context.clusterOfIssuer(issuerOfProvider(identityProvider)) ?? ""),
    podServiceAccount: pod?.serviceAccount ?? "",
    podName: pod?.pod ?? "",
    partition: partitionOfRegion(asText(record.awsRegion)),
  };
}

const oidcProviderMark = ":oidc-provider/";

/** An identity provider's ARN, or the issuer itself, to host and path without scheme. */
export function issuerOfProvider(provider: string): string {
  const mark = provider.indexOf(oidcProviderMark);
  return mark < 0 ? provider.replace(/^https:\/\//, "") : provider.slice(mark + oidcProviderMark.length);
}

const podIdentityService = "pods.eks.amazonaws.com";
const mostTags = 64;

/** EKS Pod Identity opens the session and tags it with the pod: the caller is the service, so the tags are its own word. */
function readPodTags(record: JsonObject): { serviceAccount: string; pod: string } | undefined {
  const tags = new Map<string, string>();
  for (const tag of arrayOf(objectOf(record, "requestParameters"), "tags").slice(0, mostTags)) {
    if (isObject(tag)) tags.set(textOf(tag, "key"), textOf(tag, "value"));
  }
  const cluster = tags.get("eks-cluster-name") ?? "";
  const namespace = tags.get("kubernetes-namespace") ?? "";
  const name = tags.get("kubernetes-service-account") ?? "";
  if (cluster === "" || namespace === "" || name === "") return undefined;
  const pod = tags.get("kubernetes-pod-name") ?? "";
  return { serviceAccount: `${cluster}/system:serviceaccount:${namespace}:${name}`, pod: pod === "" ? "" : `${namespace}/${pod}` };
}

function isConsoleSession(record: JsonObject, invokedBy: string): boolean {
  if (asBoolean(record.sessionCredentialFromConsole) === true) return true;
  const eventType = record.eventType;
  return eventType === "AwsConsoleSignIn" || eventType === "AwsConsoleAction" || invokedBy === "signin.amazonaws.com";
}

/** `invokedBy` may say "AWS Internal"; then the address, or for events that a service writes of itself the event's own service. */
function serviceName(record: JsonObject, type: string, invokedBy: string): string {
  if (isServiceDnsName(invokedBy)) return invokedBy;
  const address = asText(record.sourceIPAddress);
  if (isServiceDnsName(address)) return address;
  const eventSource = asText(record.eventSource);
  const isService = type === "AWSService" || record.eventType === "AwsServiceEvent";
  return isService && isServiceDnsName(eventSource) ? eventSource : "";
}

function isServiceDnsName(text: string): boolean {
  return text.endsWith(".amazonaws.com") || text.endsWith(".amazonaws.com.cn") || text.endsWith(".aws.internal");
}
