// Connections of alerts that are not HTTP, and the look-up that all of them share: what is connected to is the address that was checked.
import { type LookupAddress, type LookupOptions, lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction, connect as plainConnect, type Socket } from "node:net";
import { type ConnectionOptions, connect as tlsConnect } from "node:tls";
import { promisify } from "node:util";
import { PermanentError, TransientError } from "../model/errors.ts";
import type { AddressGuard } from "./address-guard.ts";

/** How names become addresses: all of one. */
export type ResolveHost = (
  host: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const usualResolve: ResolveHost = (host, options, callback) => systemLookup(host, options, callback);

/** A look-up for connections that fails where any of the addresses may not be reached. */
export function guardedLookup(guard: AddressGuard, resolve: ResolveHost = usualResolve): LookupFunction {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      try {
        for (const { address } of addresses) guard.check(host, address);
      } catch (refused) {
        return callback(refused instanceof Error ? refused : new PermanentError(`${host}: refused`), []);
      }
      const [first] = addresses;
      if (first === undefined) return callback(new TransientError(`${host}: has no address`), []);
      return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

/** An address is connected to without a look-up. @throws PermanentError where it may not be reached. */
export function checkLiteral(guard: AddressGuard, hostname: string): void {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) guard.check(host, host);
}

/** Why nothing would be sent to a host as things are now; undefined where its name has an address that may be reached. Connects to nothing. */
export async function unreachable(host: string, guard: AddressGuard): Promise<string | undefined> {
  try {
    checkLiteral(guard, host);
    if (isIP(host) === 0) await promisify(guardedLookup(guard))(host, { all: true });
    return undefined;
  } catch (error) {
    if (error instanceof PermanentError) return error.message;
    return `${host}: no address is known for this name`;
  }
}

export interface SocketTarget {
  readonly host: string;
  readonly port: number;
  /** Undefined: without encryption. */
  readonly tls: Pick<ConnectionOptions, "ca" | "cert" | "key"> | undefined;
  readonly guard: AddressGuard;
}

/** Not connected yet. @throws PermanentError where the address may not be reached. */
export function guardedSocket({ host, port, tls, guard }: SocketTarget): Socket {
  checkLiteral(guard, host);
  const lookup = guardedLookup(guard);
  if (tls === undefined) return plainConnect({ host, port, lookup });
  return tlsConnect({ ...tls, host, port, lookup, ...(isIP(host) === 0 && { servername: host }) });
}

/** Connected, with the certificate checked. @throws what the connection fails with, TransientError where it takes too long. */
export async function connectGuarded(target: SocketTarget, timeoutMs: number): Promise<Socket> {
  const socket = guardedSocket(target);
  const ready = target.tls === undefined ? "connect" : "secureConnect";
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new TransientError(`${target.host}: no connection within ${timeoutMs / 1000} s`)), timeoutMs);
    const settle = (error?: Error): void => {
      clearTimeout(late);
      if (error === undefined) resolve();
      else reject(error);
    };
    socket.once(ready, () => settle());
    socket.once("error", settle);
  }).catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
  return socket;
}
