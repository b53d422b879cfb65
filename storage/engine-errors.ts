// What a ClickHouse error code means for the caller, the same for both engines. Decided by code, never by message text.
import { ConfigError, PermanentError, TransientError } from "../model/errors.ts";

/** Codes after which the same call may succeed later. Names as in ClickHouse's ErrorCodes.cpp. */
const transientCodes = new Set([
  159, // TIMEOUT_EXCEEDED
  202, // TOO_MANY_SIMULTANEOUS_QUERIES
  209, // SOCKET_TIMEOUT
  210, // NETWORK_ERROR
  241, // MEMORY_LIMIT_EXCEEDED
  242, // TABLE_IS_READ_ONLY
  243, // NOT_ENOUGH_SPACE
  252, // TOO_MANY_PARTS
  319, // UNKNOWN_STATUS_OF_INSERT
  425, // SYSTEM_ERROR
  999, // KEEPER_EXCEPTION
]);

/** Codes that the operator mends: wrong user, password, database, or rights. */
const configurationCodes = new Set([
  81, // UNKNOWN_DATABASE
  164, // READONLY: the user's profile, not the table (242)
  192, // UNKNOWN_USER
  193, // WRONG_PASSWORD
  194, // REQUIRED_PASSWORD
  497, // ACCESS_DENIED
  516, // AUTHENTICATION_FAILED
]);

/** `location`: the store's folder or URL without secrets. */
export function engineError(code: number | undefined, message: string, location: string, cause: unknown): Error {
  const text = `store ${location}: ${message}`;
  if (code === undefined) return new PermanentError(text, { cause });
  if (isDiskFull(message))
    return new TransientError(`${text}\nThe disk is full: free some space and run the same command again, it resumes where it stopped`, { cause });
  if (transientCodes.has(code)) return new TransientError(text, { cause });
  if (configurationCodes.has(code)) return new ConfigError(`${text}\nCheck the store's user, password and database in the configuration`, { cause });
  return new PermanentError(text, { cause });
}

/** The engine reports a failed write under several codes; only the operating system's own words name the cause. */
function isDiskFull(message: string): boolean {
  return message.includes("errno: 28,") || message.includes("No space left on device");
}
