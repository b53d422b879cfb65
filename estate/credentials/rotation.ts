// How credentials of other clouds than AWS are replaced: a new one is made, used from then on, and the old one is taken away.
import { isObject, type JsonObject } from "../../model/json.ts";
import { minuteMs } from "../calendar.ts";
import { addCredential, removeCredential } from "../calls/entra.ts";
import { createAccountKey, deleteAccountKey } from "../calls/gcp-administration.ts";
import { kubernetesCall } from "../calls/kubernetes.ts";
import { Emitter } from "../hour.ts";
import { type Act, type AzureAccess, type Credential, type GcpAccess, isActOf, type KubernetesAccess } from "../identity.ts";
import type { NonEmpty, Random } from "../random.ts";
import type { Cluster } from "../world.ts";
import { isAzureApplication } from "./azure.ts";
import { accountKeyAccess, isGcpAccount } from "./gcp.ts";
import { controlPlane } from "./kubernetes.ts";
import type { Way } from "./way.ts";

/** How long the old one is left beside the new one. */
const overlapMs = 40 * minuteMs;

/** A service account's key, by `by`. False where the way holds none. */
export function rotateAccountKey(random: Random, way: Way<GcpAccess>, by: GcpAccess, atMs: number, emitter: Emitter): boolean {
  const { identity: account } = way;
  const old = way.at(atMs, emitter);
  if (!isGcpAccount(account) || old.credential.type !== "service-account-key") return false;
  const keyId = random.hex(40);
  emitter.gcp(atMs, by, createAccountKey(account, keyId, atMs));
  way.replace(accountKeyAccess(account, old, keyId, atMs), atMs + 30_000);
  emitter.gcp(atMs + overlapMs, by, deleteAccountKey(account, old.credential.uid));
  return true;
}

/**
 * The secret or certificate of an application, which some of its ways share: from a minute later on it signs in with another one.
 * False where it holds neither.
 */
export function rotateApplicationCredential(
  random: Random,
  ways: NonEmpty<Way<AzureAccess>>,
  by: AzureAccess,
  atMs: number,
  emitter: Emitter,
): boolean {
  const [{ identity: application }] = ways;
  const old = credentialOf(ways[0], atMs);
  if (!isAzureApplication(application) || old === undefined) return false;
  const fresh: Credential = { ...old, uid: random.uuid(), issuedAtMs: atMs };
  const thumbprint = random.hex(40).toUpperCase();
  for (const way of ways) {
    way.end(atMs + minuteMs);
    way.amend({ fromMs: atMs + minuteMs, opening: (act) => signedInWith(act, old, fresh, thumbprint) });
  }
  const kind = old.type === "client-secret" ? "client-secret" : "client-certificate";
  const entry = ({ uid }: Credential) => ({ id: uid, kind, label: application.name }) as const;
  emitter.azure(atMs, by, addCredential(random, application, entry(fresh), entry(old)));
  emitter.azure(atMs + overlapMs, by, removeCredential(application, entry(old), entry(fresh)));
  return true;
}

/** What the application signs in with: seen by a sign-in that it does not make. */
function credentialOf(way: Way<AzureAccess>, atMs: number): Credential | undefined {
  const unseen = new Emitter();
  way.beside(atMs, unseen);
  const credential = unseen.acts.find(({ call }) => call.provider === "azure" && call.log === "signin")?.access.credential;
  return credential?.type === "client-secret" || (credential?.type === "client-certificate" && credential.lifetime === "static")
    ? credential
    : undefined;
}

function signedInWith(act: Act, old: Credential, fresh: Credential, thumbprint: string): Act {
  if (!isActOf(act, "azure") || act.call.log !== "signin" || act.access.credential.uid !== old.uid) return act;
  const { properties = {} } = act.call;
  const renewed: JsonObject = { ...properties, servicePrincipalCredentialKeyId: fresh.uid };
  if ("servicePrincipalCredentialThumbprint" in properties) renewed.servicePrincipalCredentialThumbprint = thumbprint;
  return { ...act, access: { ...act.access, credential: fresh }, call: { ...act.call, properties: renewed } };
}

/** Kubelets' certificates: each asks for a new one, the control plane grants it, and it is used from then on. */
export function rotateKubeletCertificates(random: Random, cluster: Cluster, atMs: number, emitter: Emitter): void {
  const controller = controlPlane(cluster, "system:kube-controller-manager", "kube-controller-manager/v1.34.2 (linux/amd64) kubernetes/8cc511e");
  const renewed = cluster.nodes.map((node, number) => {
    const askedMs = atMs + number * 7_000;
    const request = kubernetesCall("create", "certificates.k8s.io/certificatesigningrequests", { name: `csr-${random.word(5)}` });
    emitter.kubernetes(askedMs, node, request);
    emitter.kubernetes(askedMs + 400, controller, { ...request, verb: "update", subresource: "approval" });
    emitter.kubernetes(askedMs + 700, controller, { ...request, verb: "update", subresource: "status" });
    emitter.kubernetes(askedMs + 1_500, node, { ...request, verb: "get" });
    return withCertificate(node, random.hex(64));
  });
  const [first, ...others] = renewed;
  if (first !== undefined) cluster.nodes = [first, ...others];
}

function withCertificate(node: KubernetesAccess, thumbprint: string): KubernetesAccess {
  const extra = isObject(node.user.extra) ? node.user.extra : {};
  const user = { ...node.user, extra: { ...extra, "authentication.kubernetes.io/credential-id": [`X509SHA256=${thumbprint}`] } };
  return { ...node, user, credential: { ...node.credential, uid: thumbprint } };
}
