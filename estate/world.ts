// The organisation that everything stands in: accounts, subscriptions, projects, clusters, time zones. Made from the seed alone, so
// that more machines change nothing of it. Each place says by which route its log is delivered.
import type { AzureAccess, KubernetesAccess, KubernetesCluster } from "./identity.ts";
import { clusterNode } from "./credentials/kubernetes.ts";
import type { LayoutId } from "./layouts/registry.ts";
import type { NonEmpty, Random } from "./random.ts";

export interface AwsAccount {
  readonly id: string;
  readonly name: string;
  /** The first one is home. */
  readonly regions: NonEmpty<string>;
  readonly timeZone: string;
  readonly layout: LayoutId;
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
  readonly gcp: { readonly projects: NonEmpty<GcpProject> };
  readonly clusters: NonEmpty<Cluster>;
  /** Networks (three parts: /24) from which people and machines of the offices come. */
  readonly officeNetworks: NonEmpty<string>;
  /** What its products are called: names are made of them. */
  readonly products: NonEmpty<string>;
}
