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
  const remedy = code === 243 ? remedies.ENOSPC : remedyIn(message);
  if (remedy === remedies.EFBIG) return new PermanentError(`${text}\n${remedy}`, { cause });
  if (remedy !== undefined) return new TransientError(`${text}\n${remedy}`, { cause });
  if (transientCodes.has(code)) return new TransientError(text, { cause });
  if (configurationCodes.has(code)) return new ConfigError(`${text}\nCheck the store's user, password and database in the configuration`, { cause });
  return new PermanentError(text, { cause });
}

/** A file that this program itself could not write: no room, or no right to. */
export function fileError(file: string, cause: unknown): Error {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  const text = `cannot write ${file}: ${message}`;
  if (code === "ENOSPC" || code === "EDQUOT") return new TransientError(`${text}\n${remedies[code]}`, { cause });
  // No waiting changes a limit of this process.
  return new PermanentError(code === "EFBIG" ? `${text}\n${remedies.EFBIG}` : text, { cause });
}

/** Before the engine begins a store: one begun without room is left in a state that it cannot open again. */
export function noRoomForStore(location: string, freeBytes: number): Error {
  return new TransientError(`store ${location}: ${Math.floor(freeBytes / 1024)} KiB are free, too little to begin a store\n${remedies.ENOSPC}`);
}

/** What is stored stays whole in each case, and what is not is read again. */
const resumes = "run the same command again: it resumes where it stopped";
const remedies = {
  ENOSPC: `The disk is full: free some space and ${resumes}`,
  EDQUOT: `The disk quota is used up: free some space, or have the quota raised, and ${resumes}`,
  EFBIG: `A file may not grow as large as this needs (see ulimit -f): raise the limit and ${resumes}`,
} as const;

/** The engine reports a failed write under several codes of its own; only the operating system's number in its words names the cause. */
function remedyIn(message: string): string | undefined {
  if (message.includes("errno: 28,") || message.includes("No space left on device")) return remedies.ENOSPC;
  if (message.includes("errno: 122,") || message.includes("Disk quota exceeded")) return remedies.EDQUOT;
  return message.includes("errno: 27,") || message.includes("File too large") ? remedies.EFBIG : undefined;
}
