// What somebody finds who looks around in an organisation: resources that its machines used lately. Attacks take their targets from
// here, so that no name of theirs is one that only attackers use.
import type { AzureResource } from "./calls/azure.ts";
import type { Act, KubernetesCluster } from "./identity.ts";
import type { Planning } from "./intervention.ts";
import type { Resident } from "./persona.ts";
import type { Random } from "./random.ts";
import type { AzureSubscription, World } from "./world.ts";

/** One attacker's view: what was looked for once is not looked for again. */
export class Surroundings {
  readonly random: Random;
  readonly world: World;
  readonly #residents: readonly Resident[];
  readonly #known = new Map<string, readonly string[]>();

  constructor({ world, residents, random }: Planning) {
    this.world = world;
    this.#residents = residents;
    this.random = random.fork("surroundings");
  }

  /** One of a project's buckets in Cloud Storage; where `owner` is given, one that it uses itself. */
  bucket(project: string, owner?: Resident): string {
    const kinds = ["landing", "exports", "archive", "raw"];
    return this.#one(
      `buckets ${project} ${owner?.id ?? ""}`,
      ({ call }) => (call.provider === "gcp" && call.project === project ? /\/buckets\/([^/]+)/.exec(call.resourceName)?.[1] : undefined),
      owner === undefined ? 3 : 1,
      () => `${project}-${this.product()}-${this.random.pick(kinds) ?? "raw"}`,
      owner,
    );
  }

  /** One of a cluster's namespaces. */
  namespace(cluster: KubernetesCluster): string {
    return this.#one(
      `namespaces ${cluster.uid}`,
      ({ access, call }) =>
        access.provider === "kubernetes" && access.cluster.uid === cluster.uid && call.provider === "kubernetes" ? call.namespace : undefined,
      5,
      () => this.random.pick(["kube-system", "default", this.product()]) ?? "default",
    );
  }

  /** One of the objects of a kind in a cluster: secrets, deployments. */
  clusterObject(cluster: KubernetesCluster, resource: string): { readonly namespace: string; readonly name: string } {
    const found = this.#one(
      `${resource} ${cluster.uid}`,
      ({ access, call }) => {
        const isThere = access.provider === "kubernetes" && access.cluster.uid === cluster.uid && call.provider === "kubernetes";
        const isNamed = isThere && call.resource === resource && call.namespace !== undefined && call.name !== undefined;
        return isNamed ? `${call.namespace}/${call.name}` : undefined;
      },
      12,
      () => `${this.namespace(cluster)}/${this.product()}${this.random.pick(["", "-config", "-tls", "-worker"])}`,
    );
    const [namespace = "default", name = "default"] = found.split("/");
    return { namespace, name };
  }

  /** An object of a bucket, named as those are that were used: another number in the same place. */
  storedObject(bucket: string): string {
    const path = this.#one(
      `objects ${bucket}`,
      ({ call }) => {
        if (call.provider !== "gcp" || !call.resourceName.includes(`/buckets/${bucket}/objects/`)) return undefined;
        return call.resourceName.split("/objects/")[1];
      },
      1,
      () => `in/${this.random.integer(0, 99)}.avro`,
    );
    return path.replace(/\d+/, (digits) => String(this.random.integer(0, 20 * Math.max(4, Number(digits.slice(0, 4))))));
  }

  /** A resource of a subscription whose type is so: Microsoft.Storage/storageAccounts. */
  azureResource(subscription: AzureSubscription, type: string): AzureResource {
    const pattern = new RegExp(`^/subscriptions/${subscription.id}/resourceGroups/[^/]+/providers/${type}/[^/]+`, "i");
    const id = this.#one(
      `${type} ${subscription.id}`,
      ({ call }) => (call.provider === "azure" && call.log === "activity" ? pattern.exec(call.resourceId)?.[0] : undefined),
      4,
      () => `/subscriptions/${subscription.id}/resourceGroups/${this.resourceGroup(subscription)}/providers/${type}/${this.#azureName(type)}`,
    );
    return { id, location: subscription.location };
  }

  resourceGroup({ id }: AzureSubscription): string {
    const pattern = new RegExp(`^/subscriptions/${id}/resourceGroups/([^/]+)`, "i");
    return this.#one(
      `groups ${id}`,
      ({ call }) => (call.provider === "azure" && call.log === "activity" ? pattern.exec(call.resourceId)?.[1] : undefined),
      3,
      () => `${this.product()}-rg`,
    );
  }

  /** Subscription in which a machine works. */
  subscriptionOf({ recent }: Resident, account: string): AzureSubscription {
    const { subscriptions } = this.world.azure;
    const used = recent.flatMap(({ call }) => (call.provider === "azure" && call.log === "activity" ? [call.resourceId.toLowerCase()] : []));
    const ofUse = subscriptions.find(({ id }) => used.some((resource) => resource.startsWith(`/subscriptions/${id}/`)));
    return ofUse ?? subscriptions.find(({ id }) => id === account) ?? subscriptions[0];
  }

  product(): string {
    return this.random.pick(this.world.products);
  }

  #azureName(type: string): string {
    const kind = type.split("/").at(-1) ?? type;
    const product = this.product();
    return kind === "storageAccounts"
      ? `st${product}${this.random.digits(3)}`
      : `${product}-${kind.replace(/[a-z]/g, "").toLowerCase() || kind.slice(0, 2)}`;
  }

  /** One of what was in use, and of as many that would be there as make up for few. */
  #one(key: string, nameOf: (act: Act) => string | undefined, atLeast: number, invent: () => string, owner?: Resident): string {
    let names = this.#known.get(key);
    if (names === undefined) {
      const residents = owner === undefined ? this.#residents : [owner];
      const inUse = new Set(residents.flatMap(({ recent }) => recent.flatMap((act) => nameOf(act) ?? [])));
      while (inUse.size < atLeast) inUse.add(invent());
      names = [...inUse];
      this.#known.set(key, names);
    }
    return this.random.pick(names) ?? invent();
  }
}
