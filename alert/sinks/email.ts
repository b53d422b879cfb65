// Mail by SMTP: text only, so that nothing in it acts. Mails of one incident refer to the same id, by which programs sort them together.
import type { Transporter } from "nodemailer";
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
  readonly timeoutMs?: number;
}

const usualTimeoutMs = 30_000;
const shownReasons = 8;

export function emailSink(options: EmailOptions): Sink {
  const { id, host, from, to } = options;
  let transport: Promise<Transporter> | undefined;
  const sendOne = async (alert: Alert): Promise<Outcome> => {
    transport ??= openTransport(options);
    const { subject, text } = mailOf(alert);
    const domain =
      from
        .split("@")
        .at(-1)
        ?.replace(/[^\w.-]/g, "") || "machinetrail";
    const incident = alert.kind === "finding" ? { references: `<incident-${alert.incidentUid}@${domain}>` } : {};
    try {
      await (await transport).sendMail({
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
      const status = error instanceof Error && "responseCode" in error ? Number(error.responseCode) : 0;
      const said = error instanceof Error && "response" in error ? String(error.response) : "";
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
    send: (alerts, signal) => sendEach(alerts, { atOnce: 1, signal }, sendOne),
    close: async () => (await transport)?.close(),
  };
}

async function openTransport({
  host,
  port,
  security,
  user,
  password,
  authorities,
  guard,
  timeoutMs = usualTimeoutMs,
}: EmailOptions): Promise<Transporter> {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    ...{ host, port, secure: security === "tls", requireTLS: security === "starttls", ignoreTLS: security === "none" },
    ...(user !== "" && { auth: { user, pass: password } }),
    tls: { ...(authorities !== undefined && { ca: [...authorities] }), servername: host },
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs, dnsTimeout: timeoutMs },
    // Nodemailer would resolve the name by itself.
    getSocket: (_options: unknown, callback: (error: Error | null, socket?: object) => void) => {
      try {
        const connection = guardedSocket({ host, port, tls: undefined, guard });
        connection.once("connect", () => callback(null, { connection }));
        connection.once("error", (error) => callback(error));
        connection.setTimeout(timeoutMs, () => connection.destroy(new Error("no connection in time")));
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
