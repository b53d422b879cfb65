// The program's own log: JSON lines on standard error, silent in normal operation. Values of records never go here; what
// does go here by mistake under a telling name is blanked.
import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Logger;

type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

export function createLog({ level, destination }: { level: LogLevel; destination: DestinationStream }): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths: secretPaths, censor: "********" } }, destination);
}

const secretNames = ["password", "redactionKey", "key", "secret", "token", "authorization"];
const secretPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
