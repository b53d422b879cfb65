// A message of RFC 5424, framed by its length (RFC 5425), with CEF or JSON in it. Escaping is CEF's own (ArcSight Common Event Format, version 0): in the
// header backslash and pipe, in the extension backslash and equals sign; a line break ends neither.
import type { Severity } from "../model/finding.ts";
import { visibleText } from "../runtime/visible-text.ts";
import type { Alert } from "./alert.ts";
import { cutText } from "./short-text.ts";

export type SyslogForm = "cef" | "json";

/** log audit (13). */
const facility = 13;
const levels: Readonly<Record<Severity, number>> = { low: 5, medium: 4, high: 3, critical: 2 };
const cefSeverities: Readonly<Record<Severity, number>> = { low: 3, medium: 5, high: 8, critical: 10 };

/** Octets of the message, a space, the message. */
export function syslogFrame(alert: Alert, form: SyslogForm, host: string): Buffer {
  const head = `<${facility * 8 + levels[alert.severity]}>1 ${new Date(alert.timeMs).toISOString()} ${headerName(host, 255)} machinetrail - ${headerName(alert.id, 32)} -`;
  const message = Buffer.from(`${head} ${form === "cef" ? cefMessage(alert) : JSON.stringify({ id: alert.id, ...alert.ocsf })}`);
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

export function cefMessage(alert: Alert): string {
  const { id, timeMs, severity } = alert;
  const [signature, name] = alert.kind === "notice" ? ["notice", alert.title] : [alert.finding.detectors[0] ?? "behaviour", alert.summary.why];
  const header = ["machinetrail", "machinetrail", "1", signature, name, String(cefSeverities[severity])].map(headerText);
  return `CEF:0|${header.join("|")}|${extension({ externalId: id, rt: String(timeMs), ...fieldsOf(alert) })}`;
}

function fieldsOf(alert: Alert): Readonly<Record<string, string>> {
  if (alert.kind === "notice") return { msg: [alert.title, ...alert.lines].join("; ") };
  const { finding, summary, event } = alert;
  const [source] = finding.events;
  const ip = source !== undefined && /^(?:\d{1,3}\.){3}\d{1,3}$/.test(source.src_ip) ? { src: source.src_ip } : {};
  return {
    act: event,
    suid: finding.identity_uid,
    suser: summary.who,
    ...ip,
    msg: summary.sentence,
    cs1Label: "finding",
    cs1: finding.finding_uid,
    cs2Label: "reasons",
    cs2: summary.reasons.map(({ observed, normal }) => `${observed} (normal: ${normal})`).join("; "),
    cs3Label: "state",
    cs3: summary.decision ?? finding.state,
    cs4Label: "chain",
    cs4: summary.chain.join(" > "),
    cn1Label: "risk",
    cn1: String(finding.risk),
  };
}

function extension(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key}=${cutText(value, 1_000).replaceAll("\\", "\\\\").replaceAll("=", "\\=") || "-"}`)
    .join(" ");
}

function headerText(text: string): string {
  return cutText(text, 400).replaceAll("\\", "\\\\").replaceAll("|", "\\|") || "-";
}

/** Printable ASCII without spaces. */
function headerName(text: string, most: number): string {
  return (
    visibleText(text)
      .replace(/[^\x21-\x7e]/g, "_")
      .slice(0, most) || "-"
  );
}
