// The organisation that everything stands in: accounts, subscriptions, projects, clusters, time zones. Made from the seed alone, so
// that more machines change nothing of it. Each place says by which route its log is delivered.

import { clusterNode } from "./credentials/kubernetes.ts";
import type { KubernetesAccess, KubernetesCluster } from "./identity.ts";
import type { LayoutId } from "./layouts/registry.ts";
import type { NonEmpty, Random } from "./random.ts";

export interface AwsAccount {
  readonly id: string;
  readonly name: string;
  /** The first one is home. */
  readonly regions: NonEmpty<string>;
  readonly timeZone: string;
  readonly layout: LayoutId;
  /** Of contents' events (S3 objects), where they come by another route than management events. */
  readonly dataLayout?: LayoutId;
}

export interface AzureSubscription {
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
  readonly location: string;
  readonly timeZone: string;
  readonly layout: LayoutId;
}

export interface GcpProject {
  readonly id: string;
  readonly number: string;
  readonly region: string;
  readonly timeZone: string;
  readonly layout: LayoutId;
}

export interface Cluster extends KubernetesCluster {
  readonly kind: "eks" | "gke" | "aks" | "self-hosted";
  /** Issuer of its service-account tokens, host and path; "" where no cloud trusts it. */
  readonly oidcIssuer: string;
  /** AWS account of an EKS cluster; "" otherwise. */
  readonly awsAccount: string;
  /** Project of a GKE cluster, in whose audit logs its requests stand; "" otherwise. */
  readonly gcpProject: string;
  readonly region: string;
  readonly timeZone: string;
  /** Kubelets; replaced by a node pool's replacement. */
  nodes: NonEmpty<KubernetesAccess>;
  readonly layout: LayoutId;
}

export interface World {
  readonly seed: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Of the whole organisation: exampleorg. */
  readonly organisation: string;
  readonly domain: string;
  readonly aws: { readonly accounts: NonEmpty<AwsAccount>; readonly organisationId: string };
  readonly azure: { readonly tenant: string; readonly subscriptions: NonEmpty<AzureSubscription>; readonly directoryLayout: LayoutId };
  readonly gcp: { readonly projects: NonEmpty<GcpProject>; readonly organisationId: string };
  readonly clusters: NonEmpty<Cluster>;
  /** Networks (three parts: /24) from which people and machines of the offices come. */
  readonly officeNetworks: NonEmpty<string>;
  /** What its products are called: names are made of them. */
  readonly products: NonEmpty<string>;
}

/** Everything but the seed and the period follows from the seed. */
export function makeWorld(seed: number, random: Random, startMs: number, endMs: number): World {
  const tenant = random.fork("tenant").uuid();
  const projects = gcpProjects(random.fork("projects"));
  const offices = random.fork("offices");
  return {
    seed,
    startMs,
    endMs,
    organisation: "exampleorg",
    domain: "example.com",
    aws: { accounts: awsAccounts, organisationId: `o-${random.fork("organisation").word(10)}` },
    azure: { tenant, subscriptions: azureSubscriptions(random.fork("subscriptions"), tenant), directoryLayout: "azure-blob" },
    gcp: { projects, organisationId: random.fork("google organisation").digits(12) },
    clusters: clusters(random.fork("clusters"), projects[1] ?? projects[0]),
    officeNetworks: [publicNetwork(offices), publicNetwork(offices), publicNetwork(offices)],
    products,
  };
}

/** A /24 of the address block for benchmarks (RFC 2544), which nobody owns: offices, vendors, exits of private networks, attackers. */
export function publicNetwork(random: Random): string {
  const number = random.integer(0, 511);
  return `198.${18 + Math.floor(number / 256)}.${number % 256}`;
}

/** An attacker's network: of the same block as everybody's, or its prefix alone would give it away. */
export function strangerNetwork(random: Random): string {
  return publicNetwork(random);
}

const products: NonEmpty<string> = [
  "checkout",
  "catalog",
  "ledger",
  "shipping",
  "search",
  "pricing",
  "billing",
  "payroll",
  "inventory",
  "reports",
  "loyalty",
  "returns",
  "fraud",
  "media",
  "crm",
  "orders",
  "claims",
  "telemetry",
  "booking",
  "partners",
];

const berlin = "Europe/Berlin";
const newYork = "America/New_York";

/** Account ids of the providers' own documentation. */
const awsAccounts: NonEmpty<AwsAccount> = [
  { id: "111122223333", name: "production", regions: ["eu-west-1", "eu-central-1"], timeZone: berlin, layout: "cloudtrail-s3" },
  { id: "222233334444", name: "data", regions: ["eu-west-1"], timeZone: berlin, layout: "cloudtrail-s3" },
  { id: "333344445555", name: "production-us", regions: ["us-east-1", "us-west-2"], timeZone: newYork, layout: "cloudtrail-s3" },
  { id: "444455556666", name: "shared", regions: ["eu-west-1"], timeZone: berlin, layout: "cloudwatch-subscription" },
  { id: "555566667777", name: "development", regions: ["eu-west-1"], timeZone: berlin, layout: "eventbridge" },
  { id: "666677778888", name: "staging", regions: ["eu-west-1"], timeZone: berlin, layout: "elastic-documents" },
  { id: "777788889999", name: "partners", regions: ["eu-central-1"], timeZone: berlin, layout: "sqs-queue" },
  { id: "888899990000", name: "sandbox", regions: ["us-east-1"], timeZone: newYork, layout: "lookup-events", dataLayout: "cloudtrail-s3" },
];

function azureSubscriptions(random: Random, tenant: string): NonEmpty<AzureSubscription> {
  const make = (name: string, layout: LayoutId): AzureSubscription => {
    return { id: random.fork(name).uuid(), name, tenant, location: "westeurope", timeZone: berlin, layout };
  };
  return [
    make("corporate", "azure-blob"),
    make("analytics", "event-hub-capture"),
    make("workplace", "logstash-messages"),
    make("retail", "azure-rest"),
  ];
}

function gcpProjects(random: Random): NonEmpty<GcpProject> {
  const make = (name: string, layout: LayoutId): GcpProject => {
    const own = random.fork(name);
    return { id: `${name}-${own.digits(6)}`, number: own.digits(12), region: "europe-west1", timeZone: berlin, layout };
  };
  return [make("warehouse", "gcp-storage"), make("ml-platform", "pubsub-push"), make("web-frontend", "gcp-read")];
}

function clusters(random: Random, project: GcpProject): NonEmpty<Cluster> {
  const eksId = random.fork("eks").hex(32).toUpperCase();
  const aksUid = `/subscriptions/${random.fork("aks").uuid()}/resourcegroups/office/providers/microsoft.containerservice/managedclusters/office`;
  const facts = { awsAccount: "", gcpProject: "", oidcIssuer: "", timeZone: berlin } as const;
  return [
    cluster(random, {
      ...facts,
      uid: "shop",
      name: "shop",
      kind: "eks",
      awsAccount: awsAccounts[0].id,
      oidcIssuer: `oidc.eks.eu-west-1.amazonaws.com/id/${eksId}`,
      region: "eu-west-1",
      layout: "kubernetes-shipped",
    }),
    cluster(random, { ...facts, uid: "edge-1", name: "edge-1", kind: "self-hosted", region: "", layout: "kubernetes-log" }),
    cluster(random, { ...facts, uid: "edge-2", name: "edge-2", kind: "self-hosted", region: "", layout: "kubernetes-webhook" }),
    cluster(random, { ...facts, uid: aksUid, name: "office", kind: "aks", region: "westeurope", layout: "aks-diagnostics" }),
    cluster(random, {
      ...facts,
      uid: `${project.id}/${project.region}/insight`,
      name: "insight",
      kind: "gke",
      gcpProject: project.id,
      region: project.region,
      layout: project.layout,
    }),
  ];
}

function cluster(random: Random, facts: Omit<Cluster, "nodes">): Cluster {
  const own = random.fork(facts.name);
  const node = (): KubernetesAccess => makeNode(own, facts);
  return { ...facts, nodes: [node(), node(), node(), node()] };
}

/** Another machine in the cluster: nodes come and go. */
export function makeNode(random: Random, facts: Pick<Cluster, "uid" | "name" | "kind" | "region">): KubernetesAccess {
  const [a, b, c] = [random.integer(0, 63), random.integer(0, 255), random.integer(2, 250)];
  const host = `ip-10-${a}-${b}-${c}.${facts.region}.compute.internal`;
  const names = {
    eks: () => host,
    aks: () => `aks-pool1-${random.digits(8)}-vmss${random.word(6)}`,
    gke: () => `gke-${facts.name}-pool-1-${random.hex(8)}-${random.word(4)}`,
    "self-hosted": () => `node-${random.word(5)}`,
  };
  const name = names[facts.kind]();
  return clusterNode(random, facts, name, `10.${a}.${b}.${c}`, "v1.34.2");
}
