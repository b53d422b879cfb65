// Which networks say where somebody is. It stands alone because every detector that asks where from must mean the same.

/** A cloud's own service on one's behalf, or no address at all, is no place. */
export function isPlace(network: string): boolean {
  return network !== "" && network !== "unknown" && network !== "provider-service";
}
