// Syslog over TLS (RFC 5425). The protocol has no acknowledgement: delivered means that the receiver's system has taken all bytes and closed in order.
import { hostname } from "node:os";
import { TransientError } from "../../model/errors.ts";
import type { AddressGuard } from "../address-guard.ts";
import { connectGuarded, type SocketTarget } from "../guarded-socket.ts";
import { connectionError } from "../http-client.ts";
import { failureOutcome } from "../http-outcome.ts";
import type { Outcome, Sink } from "../sink.ts";
import { type SyslogForm, syslogFrame } from "../syslog-message.ts";

interface SyslogOptions {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly tls: SocketTarget["tls"];
  readonly form: SyslogForm;
  readonly guard: AddressGuard;
  readonly timeoutMs?: number;
}

const usualTimeoutMs = 15_000;

export function syslogSink({ id, host, port, tls, form, guard, timeoutMs = usualTimeoutMs }: SyslogOptions): Sink {
  const self = hostname();
  /** A connection a batch: only its end in order says that all of it was taken. */
  const transmit = async (frames: Buffer, signal: AbortSignal): Promise<void> => {
    const socket = await connectGuarded({ host, port, tls, guard }, timeoutMs);
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => void socket.destroy(new TransientError(`${host}: stopped`));
      const late = setTimeout(() => socket.destroy(new TransientError(`${host}: did not take all within ${timeoutMs / 1000} s`)), timeoutMs);
      signal.addEventListener("abort", stop, { once: true });
      let failure: Error | undefined;
      socket.on("error", (error) => {
        failure = error;
      });
      socket.on("close", () => {
        clearTimeout(late);
        signal.removeEventListener("abort", stop);
        if (failure === undefined && socket.bytesWritten > 0) resolve();
        else reject(failure ?? new TransientError(`${host}: closed the connection`));
      });
      socket.resume();
      socket.end(frames);
      if (signal.aborted) stop();
    });
  };
  return {
    id,
    followUps: "all",
    batchSize: 200,
    async send(alerts, signal) {
      if (alerts.length === 0) return [];
      try {
        await transmit(Buffer.concat(alerts.map((alert) => syslogFrame(alert, form, self))), signal);
        return alerts.map((): Outcome => ({ kind: "delivered" }));
      } catch (error) {
        return alerts.map(() => failureOutcome(connectionError(error, host)));
      }
    },
    close: async () => undefined,
  };
}
