// Where a call came from, as a class of network. Provider ranges are used only if the operator supplies them.
import ipaddr from "ipaddr.js";
import { ConfigError } from "../model/errors.ts";
import type { NetworkKind } from "../model/identity-action.ts";
import { memoizeText } from "./memoize.ts";

interface Network {
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

const noAddress: Network = { ip: "", kind: "unknown" };
const longestAddress = 64;

/**
 * Pure and memoised. The longest of the operator's ranges that holds the address decides, else what kind of address it is.
 * @throws ConfigError naming the first range that is none.
 */
export function createNetworkClassifier(ranges: readonly NetworkRange[]): NetworkClassifier {
  const table = new RangeTable(ranges);
  return memoizeText((address: string): Network => {
    const words = namedNetwork(address);
    if (words !== undefined) return words;
    const parsed = parseAddress(address);
    if (parsed === undefined) return noAddress;
    return { ip: parsed.toString(), kind: table.kindOf(parsed) ?? (privateRanges.has(parsed.range()) ? "private" : "internet") };
  });
}

/** ipaddr.js's names of the ranges that do not lead to the internet (RFC 1918, 3927, 4193, 4291, 6598). */
const privateRanges = new Set(["private", "loopback", "linkLocal", "uniqueLocal", "carrierGradeNat", "unspecified"]);

/** What providers write where there is no address (CloudTrail sourceIPAddress, Google Cloud callerIp). */
function namedNetwork(address: string): Network | undefined {
  if (address === "") return noAddress;
  if (address === "private" || address === "gce-internal-ip") return { ip: "", kind: "private" };
  if (
    address === "AWS Internal" ||
    /^[a-z0-9.-]{1,128}\.(?:amazonaws\.com(?:\.cn)?|aws\.internal|aws|googleapis\.com|azure\.com|microsoft\.com)$/i.test(address)
  ) {
    return { ip: "", kind: "provider-service" };
  }
  return undefined;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Strictly: four decimal parts, or IPv6; a zone id and a port are dropped, an IPv4 address mapped into IPv6 is IPv4. */
function parseAddress(text: string): Address | undefined {
  if (text.length > longestAddress) return undefined;
  const withoutPort = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? text.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1");
  const withoutZone = withoutPort.split("%")[0] ?? "";
  if (ipaddr.IPv4.isValidFourPartDecimal(withoutZone)) return ipaddr.IPv4.parse(withoutZone);
  if (!ipaddr.IPv6.isValid(withoutZone)) return undefined;
  const parsed = ipaddr.IPv6.parse(withoutZone);
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed;
}

/** Ranges by prefix length, the longest first: one look-up a length in use, however many ranges there are. */
class RangeTable {
  readonly #byLength: { readonly bits: 32 | 128; readonly length: number; readonly kinds: Map<string, NetworkKind> }[] = [];

  constructor(ranges: readonly NetworkRange[]) {
    for (const { range, kind } of ranges) {
      const [address, length] = parseRange(range);
      const bits = address.kind() === "ipv4" ? 32 : 128;
      let level = this.#byLength.find((candidate) => candidate.bits === bits && candidate.length === length);
      if (level === undefined) {
        level = { bits, length, kinds: new Map() };
        this.#byLength.push(level);
      }
      level.kinds.set(prefixOf(address, length), kind);
    }
    this.#byLength.sort((left, right) => right.length - left.length);
  }

  kindOf(address: Address): NetworkKind | undefined {
    const bits = address.kind() === "ipv4" ? 32 : 128;
    for (const level of this.#byLength) {
      const kind = level.bits === bits ? level.kinds.get(prefixOf(address, level.length)) : undefined;
      if (kind !== undefined) return kind;
    }
    return undefined;
  }
}

function parseRange(range: string): [Address, number] {
  try {
    return ipaddr.parseCIDR(range);
  } catch (cause) {
    throw new ConfigError(
      `network.ranges: ${JSON.stringify(range)} is not a range; write an address and a prefix length, for example 203.0.113.0/24`,
      { cause },
    );
  }
}

/** The first `length` bits of the address, as text. */
function prefixOf(address: Address, length: number): string {
  const bytes = address.toByteArray();
  const whole = length >> 3;
  const rest = length & 7;
  const kept = bytes.slice(0, whole);
  if (rest > 0) kept.push((bytes[whole] ?? 0) & (0xff << (8 - rest)) & 0xff);
  return kept.join(".");
}
