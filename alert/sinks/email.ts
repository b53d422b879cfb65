// Mail by SMTP: text only, so that nothing in it acts. Mails of one incident refer to the same id, by which programs sort them together.
import type { Transporter } from "nodemailer";
import { TransientError } from "../../model/errors.ts";
import type { AddressGuard } from "../address-guard.ts";
import type { Alert } from "../alert.ts";
import { guardedSocket } from "../guarded-socket.ts";
import { connectionError } from "../http-client.ts";
import { failureOutcome } from "../http-outcome.ts";
import { sendEach } from "../send-each.ts";
import { chainText, cutText, shortText, withoutLinks } from "../short-text.ts";
import type { Outcome, Sink } from "../sink.ts";

interface EmailOptions {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** starttls: refused where the server has none. */
  readonly security: "starttls" | "tls" | "none";
  readonly user: string;
  readonly password: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly authorities: readonly string[] | undefined;
  readonly guard: AddressGuard;
  /** Takes secrets out of what the server says. Default: there are none. */
  readonly clean?: (text: string) => string;
  readonly timeoutMs?: number;
}

/** Of one mail, from the look-up of the name to the server's last word. */
const usualTimeoutMs = 30_000;
const shownReasons = 8;

export function emailSink(options: EmailOptions): Sink {
  const { id, host, from, to, clean = (text) => text, timeoutMs = usualTimeoutMs } = options;
  const sendOne = async (alert: Alert, signal: AbortSignal): Promise<Outcome> => {
    const late = AbortSignal.timeout(timeoutMs);
    const transport = await openTransport(options, AbortSignal.any([late, signal]));
    const { subject, text } = mailOf(alert);
    const domain =
      from
        .split("@")
        .at(-1)
        ?.replace(/[^\w.-]/g, "") || "machinetrail";
    const incident = alert.kind === "finding" ? { references: `<incident-${alert.incidentUid}@${domain}>` } : {};
    try {
      await transport.sendMail({
        from,
        to: [...to],
        subject,
        text,
        messageId: `<${alert.id}@${domain}>`,
        ...incident,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      return { kind: "delivered" };
    } catch (error) {
      if (signal.aborted) return failureOutcome(new TransientError(`${host}: stopped`));
      if (late.aborted) return failureOutcome(new TransientError(`${host}: did not take it within ${timeoutMs / 1000} s`));
      const status = error instanceof Error && "responseCode" in error ? Number(error.responseCode) : 0;
      const said = error instanceof Error && "response" in error ? clean(String(error.response)) : "";
      // 5xx after MAIL: about this mail or its addressees. 535: the password.
      if (status >= 500 && status !== 535 && status !== 530) return { kind: "failed", scope: "message", reason: shortText(`answered ${said}`, 200) };
      return status > 0
        ? { kind: "failed", scope: "sink", reason: shortText(`answered ${said}`, 200) }
        : failureOutcome(connectionError(error, host));
    }
  };
  return {
    id,
    followUps: "graver",
    batchSize: 20,
    send: (alerts, signal) => sendEach(alerts, { atOnce: 1, signal }, (alert) => sendOne(alert, signal)),
    close: async () => undefined,
  };
}

/** For one mail, whose connection is cut off when `ended` is raised: Nodemailer itself waits as long as something comes. */
async function openTransport({ host, port, security, user, password, authorities, guard }: EmailOptions, ended: AbortSignal): Promise<Transporter> {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    ...{ host, port, secure: security === "tls", requireTLS: security === "starttls", ignoreTLS: security === "none" },
    ...(user !== "" && { auth: { user, pass: password } }),
    tls: { ...(authorities !== undefined && { ca: [...authorities] }), servername: host },
    // Nodemailer would resolve the name by itself.
    getSocket: (_options: unknown, callback: (error: Error | null, socket?: object) => void) => {
      try {
        const connection = guardedSocket({ host, port, tls: undefined, guard });
        connection.once("connect", () => callback(null, { connection }));
        connection.once("error", (error) => callback(error));
        const cut = (): void => void connection.destroy(new Error("cut off"));
        ended.addEventListener("abort", cut, { once: true });
        if (ended.aborted) cut();
      } catch (refused) {
        callback(refused instanceof Error ? refused : new Error("refused"));
      }
    },
  });
}

export function mailOf(alert: Alert): { readonly subject: string; readonly text: string } {
  if (alert.kind === "notice")
    return { subject: cutText(`[machinetrail] ${alert.title}`, 150), text: [alert.title, "", ...alert.lines.map((line) => safe(line))].join("\n") };
  const { finding, summary, severity, event, link } = alert;
  const what = event === "decided" ? `${summary.who}: ${summary.decision ?? "open again"}` : `${summary.title}: ${summary.why}`;
  const reasons = summary.reasons
    .slice(0, shownReasons)
    .flatMap(({ observed, normal }) => [`  seen    ${safe(observed)}`, `  normal  ${safe(normal)}`, ""]);
  const lines = [
    safe(`machinetrail: ${summary.sentence}`),
    "",
    ...reasons,
    ...(summary.chain.length > 1 ? [`Chain, as records state it: ${safe(chainText(summary.chain, 900))}`] : []),
    `Risk ${finding.risk} of 100${summary.odds === "" ? "" : `; ${summary.odds}`}.`,
    `Finding ${finding.finding_uid}${link === undefined ? "" : `: ${link}`}`,
  ];
  return { subject: cutText(withoutLinks(`[machinetrail] ${severity}: ${what}`), 150), text: lines.join("\n") };
}

function safe(text: string): string {
  return cutText(withoutLinks(text), 1_000);
}
