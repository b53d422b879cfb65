// Who comes to an API server from outside of its cluster: people by certificate or single sign-on, CI by a token that a Secret holds,
// and identities of a cloud that the cluster trusts. Pods and kubelets are in kubernetes.ts.
import type { JsonObject } from "../../model/json.ts";
import { hourMs, minuteMs } from "../calendar.ts";
import type { AwsAccess, AzureAccess, Credential, Identity, KubernetesAccess } from "../identity.ts";
import type { Random } from "../random.ts";
import type { Cluster } from "../world.ts";
import { noCredential } from "./aws.ts";
import type { AzureApplication } from "./azure.ts";
import type { KubernetesAccount } from "./kubernetes.ts";
import { Way } from "./way.ts";

export interface UserOrigin {
  readonly address: string;
  readonly userAgent: string;
  /** authorization.k8s.io/reason */
  readonly allowedBy: string;
}

interface Presented {
  readonly cluster: Cluster;
  readonly identity: Identity;
  readonly credential: Credential;
  readonly user: JsonObject;
}

function presented({ cluster, identity, credential, user }: Presented, origin: UserOrigin): KubernetesAccess {
  return { provider: "kubernetes", identity, credential, ...origin, delegation: [], statedIssuer: "", cluster, user };
}

/** A user of one cluster: `name` as records resolve it. */
export function clusterUser(cluster: Cluster, name: string, kind: "person" | "machine"): Identity {
  const isMachine = kind === "machine";
  const workloadType = isMachine ? "unknown" : "human";
  return { uid: `${cluster.uid}/${name}`, name, provider: "kubernetes", account: cluster.uid, principalType: "user", workloadType, isMachine };
}

/** A token of a service account that stands in a Secret, has no end and was copied to where it is used. */
export function secretToken(random: Random, cluster: Cluster, account: KubernetesAccount, origin: UserOrigin): Way<KubernetesAccess> {
  const secret = `${account.name}-token`;
  const uid = `${cluster.uid}/core/secrets/${account.namespace}/${secret}`;
  const username = `system:serviceaccount:${account.namespace}:${account.name}`;
  const user = {
    username,
    uid: random.uuid(),
    groups: ["system:serviceaccounts", `system:serviceaccounts:${account.namespace}`, "system:authenticated"],
  };
  const credential: Credential = { uid, type: "service-account-token", lifetime: "static", issuedAtMs: 0 };
  const annotations = { "authentication.k8s.io/legacy-token": username, "authentication.k8s.io/legacy-token-manual-secret": secret };
  const access = { ...presented({ cluster, identity: account, credential, user }, origin), annotations };
  return new Way(random, account, "static-key", () => ({ access, lastsMs: Number.POSITIVE_INFINITY }));
}

/** A certificate that the cluster's own authority signed for a person: nobody can take it back before it ends. */
export function userCertificate(
  random: Random,
  cluster: Cluster,
  person: Identity,
  groups: readonly string[],
  origin: UserOrigin,
): Way<KubernetesAccess> {
  const thumbprint = random.hex(64);
  const credential: Credential = { uid: thumbprint, type: "client-certificate", lifetime: "static", issuedAtMs: 0 };
  const extra = { "authentication.kubernetes.io/credential-id": [`X509SHA256=${thumbprint}`] };
  const user = { username: person.name, groups: [...groups, "system:authenticated"], extra };
  const access = presented({ cluster, identity: person, credential, user }, origin);
  return new Way(random, person, "person", () => ({ access, lastsMs: Number.POSITIVE_INFINITY }));
}

/** A person of the tenant on AKS, or a Google account on GKE: the cluster's log knows the e-mail address and no credential. */
export function mailUser(random: Random, cluster: Cluster, person: Identity, origin: UserOrigin): Way<KubernetesAccess> {
  const user = { username: person.name, groups: [random.uuid(), "system:authenticated"], extra: { oid: [random.uuid()] } };
  const access = presented({ cluster, identity: person, credential: noCredential, user }, origin);
  return new Way(random, person, "person", () => ({ access, lastsMs: hourMs }));
}

/** An application of the tenant on AKS: it signs in for the cluster's server, and its object id is its user name. */
export function entraApplicationUser(
  random: Random,
  cluster: Cluster,
  application: AzureApplication,
  from: Way<AzureAccess>,
  origin: UserOrigin,
): Way<KubernetesAccess> {
  const user = { username: application.objectId, groups: ["system:authenticated"], extra: { oid: [application.objectId] } };
  const access = presented({ cluster, identity: application, credential: noCredential, user }, origin);
  return new Way(random, application, "federated-session", (atMs, emitter) => {
    from.at(atMs, emitter);
    return { access, lastsMs: 50 * minuteMs };
  });
}

/** People of a team that signed in by IAM Identity Center: EKS knows the role and whose session it is. */
export function eksTeam(cluster: Cluster, team: string): Identity {
  return clusterUser(cluster, `${team}:{{SessionName}}`, "person");
}

/** Their sessions; `mail` is whose. The role is of another account's directory, so that no record of its opening is at hand. */
export function eksTeamSession(random: Random, team: Identity, cluster: Cluster, mail: string, origin: UserOrigin): Way<KubernetesAccess> {
  const name = team.name.slice(0, team.name.indexOf(":"));
  const role = `AWSReservedSSO_${name}_${random.fork(name).hex(16)}`;
  const canonicalArn = `arn:aws:iam::${cluster.awsAccount}:role/aws-reserved/sso.amazonaws.com/${cluster.region}/${role}`;
  const arn = `arn:aws:sts::${cluster.awsAccount}:assumed-role/${role}/${mail}`;
  const uniqueId = `AROA${random.key(17)}`;
  return new Way(random, team, "person", (atMs, _emitter, session) => {
    const accessKeyId = `ASIA${session.key(16)}`;
    const credential: Credential = { uid: accessKeyId, type: "sts-session", lifetime: "short-lived", issuedAtMs: atMs };
    const user = eksUser({ username: `${name}:${mail}`, account: cluster.awsAccount, uniqueId, arn, canonicalArn, accessKeyId, sessionName: mail });
    return { access: { ...presented({ cluster, identity: team, credential, user }, origin), statedIssuer: canonicalArn }, lastsMs: 8 * hourMs };
  });
}

/** A role of AWS on EKS, by an access entry with the user name that EKS gives by default. */
export function eksRole(cluster: Cluster, role: Identity): Identity {
  return { ...clusterUser(cluster, role.uid, "machine"), name: role.name, workloadType: role.workloadType };
}

export function eksRoleSession(
  random: Random,
  cluster: Cluster,
  user: Identity,
  from: Way<AwsAccess>,
  origin: Omit<UserOrigin, "address">,
): Way<KubernetesAccess> {
  return new Way(random, user, "delegated-session", (atMs, emitter) => {
    const { identity, userIdentity, account, credential, address } = from.at(atMs, emitter);
    const arn = String(userIdentity.arn);
    const [uniqueId = "", sessionName = ""] = String(userIdentity.principalId).split(":");
    const facts = { username: arn, account, uniqueId, arn, canonicalArn: identity.uid, accessKeyId: credential.uid, sessionName };
    const access = presented({ cluster, identity: user, credential, user: eksUser(facts) }, { ...origin, address });
    // The token that the session signed is good for a quarter of an hour.
    return { access: { ...access, statedIssuer: identity.uid }, lastsMs: 14 * minuteMs };
  });
}

interface EksUser {
  readonly username: string;
  readonly account: string;
  readonly uniqueId: string;
  readonly arn: string;
  readonly canonicalArn: string;
  readonly accessKeyId: string;
  readonly sessionName: string;
}

function eksUser({ username, account, uniqueId, arn, canonicalArn, accessKeyId, sessionName }: EksUser): JsonObject {
  return {
    username,
    uid: `aws-iam-authenticator:${account}:${uniqueId}`,
    groups: ["system:authenticated"],
    extra: {
      accessKeyId: [accessKeyId],
      arn: [arn],
      canonicalArn: [canonicalArn],
      principalId: [uniqueId],
      sessionName: [sessionName],
      "sigs.k8s.io/aws-iam-authenticator/principalId": [uniqueId],
    },
  };
}
