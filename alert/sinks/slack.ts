// Slack: an incoming webhook, or a bot with a token, which answers in threads. One message a second a channel, as Slack allows.
import { ConfigError } from "../../model/errors.ts";
import { parsedObject, textOf } from "../../model/json.ts";
import type { Alert } from "../alert.ts";
import type { HttpAnswer, HttpClient } from "../http-client.ts";
import { httpOutcome, retryAfter } from "../http-outcome.ts";
import type { Pace } from "../pace.ts";
import { sendEach } from "../send-each.ts";
import { shortText } from "../short-text.ts";
import type { Outcome, Sink } from "../sink.ts";
import { slackMessage } from "../slack-blocks.ts";

type SlackTarget =
  /** The URL is the secret. */
  | { readonly kind: "webhook"; readonly url: string }
  | { readonly kind: "bot"; readonly token: string; readonly channel: string; readonly api: string };

interface SlackOptions {
  readonly id: string;
  readonly target: SlackTarget;
  readonly hasDecisions: boolean;
  readonly http: HttpClient;
  /** Of one channel, shared by all sinks. */
  readonly pace: Pace;
}

const slackApi = "https://slack.com/api";

/** @throws ConfigError where it is neither one nor the other. */
export function slackTarget(given: {
  readonly webhookUrl: string | undefined;
  readonly token: string | undefined;
  readonly channel: string | undefined;
  readonly api: string | undefined;
}): SlackTarget {
  const { webhookUrl, token, channel, api = slackApi } = given;
  if (webhookUrl !== undefined && token === undefined && channel === undefined) {
    if (!/^https?:/.test(webhookUrl) || !URL.canParse(webhookUrl))
      throw new ConfigError("webhook_url must hold a URL such as https://hooks.slack.com/services/...");
    return { kind: "webhook", url: webhookUrl };
  }
  if (webhookUrl === undefined && token !== undefined && channel !== undefined) return { kind: "bot", token, channel, api: api.replace(/\/$/, "") };
  throw new ConfigError("needs webhook_url alone, or token and channel");
}

/** First messages of incidents that were sent just now: their receipts are not stored yet. */
const rememberedThreads = 1_000;

export function slackSink({ id, target, hasDecisions, http, pace }: SlackOptions): Sink {
  const threads = new Map<string, string>();
  const isBot = target.kind === "bot";
  const post = async (alert: Alert, thread: string | undefined, signal: AbortSignal): Promise<HttpAnswer> => {
    const message = slackMessage(alert, { hasDecisions, isInThread: thread !== undefined });
    await pace.turn(isBot ? target.channel : target.url, signal);
    return http.send({ ...requestOf(target, message, thread, alert.kind === "finding" && alert.isGraver), signal });
  };
  const sendOne = async (alert: Alert, signal: AbortSignal): Promise<Outcome> => {
    if (!isBot) return httpOutcome(await post(alert, undefined, signal));
    const thread = alert.kind === "finding" ? (threads.get(alert.incidentUid) ?? alert.thread) : undefined;
    const answer = await post(alert, thread, signal);
    const isBegun = thread === undefined || hasLostThread(answer);
    // The message that the thread began with was deleted: this one begins another.
    const outcome = botOutcome(isBegun && thread !== undefined ? await post(alert, undefined, signal) : answer);
    if (outcome.kind !== "delivered" || alert.kind !== "finding") return outcome;
    // Only what begins a thread can be answered.
    if (!isBegun) return { kind: "delivered" };
    if (outcome.receipt !== undefined) threads.set(alert.incidentUid, outcome.receipt);
    const [oldest] = threads.keys();
    if (threads.size > rememberedThreads && oldest !== undefined) threads.delete(oldest);
    return outcome;
  };
  return {
    id,
    followUps: isBot ? "threaded" : "graver",
    batchSize: 20,
    send: (alerts, signal) => sendEach(alerts, { atOnce: 1, signal }, (alert) => sendOne(alert, signal)),
    close: () => http.close(),
  };
}

function requestOf(target: SlackTarget, message: object, thread: string | undefined, isGraver: boolean) {
  const json = { "content-type": "application/json; charset=utf-8" };
  const quiet = { unfurl_links: false, unfurl_media: false };
  if (target.kind === "webhook") return { url: target.url, headers: json, body: JSON.stringify({ ...message, ...quiet }) };
  const { token, channel, api } = target;
  // In a thread only those hear of it who follow that; what is graver than what the channel was told is shown there as well.
  const place = thread === undefined ? {} : { thread_ts: thread, ...(isGraver && { reply_broadcast: true }) };
  // parse and link_names: no name or address in the line of the notification becomes a link.
  const body = { channel, ...message, ...quiet, parse: "none", link_names: false, ...place };
  return { url: `${api}/chat.postMessage`, headers: { ...json, authorization: `Bearer ${token}` }, body: JSON.stringify(body) };
}

function hasLostThread({ body }: HttpAnswer): boolean {
  return /^(?:thread_not_found|cannot_reply_to_message)$/.test(textOf(parsedObject(body), "error"));
}

/** The Web API says 200 to nearly everything; what it means stands in the body. */
function botOutcome(answer: HttpAnswer): Outcome {
  if (answer.status !== 200) return httpOutcome(answer);
  const body = parsedObject(answer.body);
  if (body?.ok === true && typeof body.ts === "string") return { kind: "delivered", receipt: body.ts };
  const error = typeof body?.error === "string" ? shortText(body.error, 80) : "no answer that can be read";
  const waitMs = retryAfter(answer.headers["retry-after"], Date.now());
  // What is wrong with this message is not wrong with the next one.
  const scope = /^(?:invalid_blocks|invalid_arguments|msg_too_long|no_text|msg_blocks_too_long)$/.test(error) ? "message" : "sink";
  return { kind: "failed", scope, reason: `Slack said ${error}`, ...(waitMs !== undefined && { retryAfterMs: waitMs }) };
}
