// Which addresses alerts may go to: the public internet, and what the configuration names. A receiver's URL comes from people, its address from a name
// server that somebody else may run: without this, an alert is a request into the network of whoever sends it.
import ipaddr from "ipaddr.js";
import { PermanentError } from "../model/errors.ts";

/** Where a machine gets credentials by asking: never by a name, only where the configuration lists the address itself. */
const metadataRanges = [
  "169.254.0.0/16",
  "fe80::/10",
  "168.63.129.16/32",
  "100.100.100.200/32",
  "192.0.0.192/32",
  "fd00:ec2::/32",
  "fd20:ce::254/128",
].map((range) => ipaddr.parseCIDR(range));
/** What IANA has given out as global unicast; the rest of IPv6 stands for something else, or for IPv4 in disguise. */
const globalUnicast = ipaddr.parseCIDR("2000::/3");

export interface AddressGuard {
  /** @throws PermanentError naming what to allow, where `host` (a name or an address) may not be reached at `address`. */
  check(host: string, address: string): void;
}

/** `allowed`: host names, addresses and networks (10.0.0.0/8) that may be reached though they are not public. */
export function addressGuard(allowed: readonly string[]): AddressGuard {
  const ranges = allowed.flatMap(rangeOf);
  const names = new Set(allowed.map((entry) => entry.toLowerCase()));
  return {
    check(host, text) {
      const address = parsed(text);
      if (address === undefined) throw new PermanentError(`${host}: its address cannot be read`);
      if (ranges.some((range) => contains(range, address))) return;
      if (metadataRanges.some((range) => contains(range, address)))
        throw new PermanentError(`${host}: ${text} is a link-local or metadata address; alerts.allow_hosts must name that address itself`);
      if (isPublic(address) || names.has(host.toLowerCase().replace(/\.$/, ""))) return;
      throw new PermanentError(`${host}: ${text} is not a public address; add ${host} to alerts.allow_hosts if it is meant`);
    },
  };
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** Whether an entry of allow_hosts is an address or a network; a name is none. */
function rangeOf(entry: string): Range[] {
  if (ipaddr.isValidCIDR(entry)) return [ipaddr.parseCIDR(entry)];
  const address = parsed(entry);
  return address === undefined ? [] : [[address, address.kind() === "ipv4" ? 32 : 128]];
}

/** An IPv4 address that travels as IPv6 is what it stands for. */
function parsed(text: string): Address | undefined {
  const bare = text.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  return ipaddr.isValid(bare) ? ipaddr.process(bare) : undefined;
}

function contains([base, bits]: Range, address: Address): boolean {
  return base.kind() === address.kind() && address.match(base, bits);
}

function isPublic(address: Address): boolean {
  if (address.range() !== "unicast") return false;
  return address.kind() === "ipv4" || contains(globalUnicast, address);
}
