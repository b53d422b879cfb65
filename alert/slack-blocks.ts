// Alerts as Slack's Block Kit. What a record holds stands in `plain_text` only, where Slack reads no mention, link or mark, or escaped in the line of the
// notification. Limits are Slack's (docs.slack.dev/reference/block-kit): header 150, section 3,000, field 2,000, context 10 elements, value 2,000.
import type { FindingState } from "../model/finding-state.ts";
import { minuteText } from "../runtime/minute-text.ts";
import type { Alert, FindingAlert, NoticeAlert } from "./alert.ts";
import { chainText, cutText, withoutLinks } from "./short-text.ts";

export interface SlackMessage {
  /** Of notifications and screen readers. */
  readonly text: string;
  readonly blocks: readonly object[];
}

export interface SlackBlocksOptions {
  /** Buttons that decide: only where machinetrail hears of them. */
  readonly hasDecisions: boolean;
  /** Below the first message of its incident. */
  readonly isInThread?: boolean;
}

interface SlackChoice {
  /** Of the button, and of what comes back. */
  readonly value: string;
  readonly text: string;
  readonly state: FindingState;
  readonly reason: string;
  /** From the moment of the decision; 0 but for a mute. */
  readonly mutedForMs: number;
}

const dayMs = 86_400_000;

/** What people may choose below a message, and what it means. */
export const slackChoices: readonly SlackChoice[] = [
  { value: "acknowledged", text: "Acknowledge: I look at it", state: "acknowledged", reason: "acknowledged in Slack", mutedForMs: 0 },
  { value: "benign:planned", text: "Benign: a planned change", state: "benign", reason: "a planned change, decided in Slack", mutedForMs: 0 },
  {
    value: "benign:known",
    text: "Benign: a known tool or person",
    state: "benign",
    reason: "a known tool or person, decided in Slack",
    mutedForMs: 0,
  },
  {
    value: "confirmed",
    text: "Confirmed: an attack or a fault",
    state: "confirmed",
    reason: "an attack or a fault, decided in Slack",
    mutedForMs: 0,
  },
  { value: "muted:1", text: "Mute for a day", state: "muted", reason: "muted for a day in Slack", mutedForMs: dayMs },
  { value: "muted:7", text: "Mute for a week", state: "muted", reason: "muted for a week in Slack", mutedForMs: 7 * dayMs },
];

export const slackActionId = "machinetrail_decide";

const shownReasons = 3;
const shownLines = 15;

export function slackMessage(alert: Alert, options: SlackBlocksOptions): SlackMessage {
  if (alert.kind === "notice") return noticeMessage(alert);
  return alert.event === "raised" && options.isInThread !== true ? raisedMessage(alert, options) : followUpMessage(alert, options);
}

function raisedMessage(alert: FindingAlert, options: SlackBlocksOptions): SlackMessage {
  const { summary, severity } = alert;
  const title = `${severity.toUpperCase()}  ${summary.title}`;
  const reasons = summary.reasons.slice(0, shownReasons);
  const fields = reasons.flatMap(({ observed, normal }) => [plain(`Seen: ${observed}`, 180), plain(`Normal: ${normal}`, 180)]);
  const more = summary.reasons.length - reasons.length;
  const blocks = [
    { type: "header", block_id: alert.id, text: plain(title, 150) },
    { type: "section", text: plain(summary.sentence, 1_000) },
    ...(fields.length > 0 ? [{ type: "section", fields }] : []),
    ...(summary.chain.length > 1 ? [context(`Chain, as records state it: ${chainText(summary.chain, 900)}`)] : []),
    context(`${factsOf(alert)}${more > 0 ? ` · ${more} more reasons` : ""}`),
    ...actions(alert, options),
  ];
  return { text: fallback(`${title}: ${summary.why}`), blocks };
}

/** In a thread, or where there is none: who it is about stands in it all the same. */
function followUpMessage(alert: FindingAlert, options: SlackBlocksOptions): SlackMessage {
  const { summary, event, severity } = alert;
  const said =
    event === "decided"
      ? `${summary.who}: ${summary.decision ?? "open again"}`
      : `${event === "continued" ? "It goes on" : "And again"} (${severity}): ${summary.sentence}`;
  const isOpen = event !== "decided";
  const blocks = [
    { type: "section", block_id: alert.id, text: plain(said, 1_000) },
    context(factsOf(alert)),
    ...(isOpen ? actions(alert, options) : []),
  ];
  return { text: fallback(said), blocks };
}

function noticeMessage({ id, title, lines }: NoticeAlert): SlackMessage {
  const shown = lines.slice(0, shownLines).map((line) => ({ type: "section", text: plain(line, 500) }));
  return { text: fallback(title), blocks: [{ type: "header", block_id: id, text: plain(title, 150) }, ...shown] };
}

function factsOf({ finding, summary, timeMs }: FindingAlert): string {
  const at = `${minuteText(timeMs)} UTC`;
  return [`risk ${finding.risk} of 100`, ...(summary.odds === "" ? [] : [summary.odds]), at, `finding ${finding.finding_uid}`].join(" · ");
}

function actions({ finding, link }: FindingAlert, { hasDecisions }: SlackBlocksOptions): object[] {
  const elements = [
    ...(link === undefined ? [] : [{ type: "button", action_id: "machinetrail_open", text: plain("Open finding", 75), url: link }]),
    ...(hasDecisions
      ? [
          {
            type: "static_select",
            action_id: slackActionId,
            placeholder: plain("Decide", 150),
            options: slackChoices.map(({ value, text }) => ({ text: plain(text, 75), value: `${finding.finding_uid}:${value}` })),
          },
        ]
      : []),
  ];
  return elements.length === 0 ? [] : [{ type: "actions", elements }];
}

function context(text: string): object {
  return { type: "context", elements: [plain(text, 1_500)] };
}

function plain(text: string, most: number): object {
  // An empty text is refused as a whole message would be.
  return { type: "plain_text", text: cutText(withoutLinks(text), most) || "-", emoji: false };
}

/** Read as markup, whatever one asks for: the three characters that begin anything are escaped, as Slack says. */
function fallback(text: string): string {
  return cutText(withoutLinks(text), 300).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("@", "＠");
}
