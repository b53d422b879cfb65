// What comes back from Slack: a button or a choice, as Slack's interactivity posts it. Pure: whoever listens hands over the raw body and the headers.
// Signature: docs.slack.dev/authentication/verifying-requests-from-slack (v0, HMAC-SHA256 over version, time and body).
import { createHmac, timingSafeEqual } from "node:crypto";
import type { FindingState } from "../model/finding-state.ts";
import { arrayOf, isObject, objectOf, parsedObject, textOf } from "../model/json.ts";
import { slackActionId, slackChoices } from "./slack-blocks.ts";

const toleranceMs = 5 * 60_000;
/** More than come in the time in which a repeat would be taken; the oldest go first. */
const mostRemembered = 10_000;

export interface SlackDecision {
  readonly findingUid: string;
  readonly state: FindingState;
  /** From the moment of the decision; 0 but for a mute. */
  readonly mutedForMs: number;
  readonly reason: string;
  /** Who, as Slack says: their name and id there. */
  readonly by: string;
}

/** Checks requests of one Slack app, and takes none twice: what was taken is remembered in this process, until it ends. */
export class SlackRequests {
  readonly #signingSecret: string;
  readonly #seen = new Map<string, number>();

  constructor(signingSecret: string) {
    this.#signingSecret = signingSecret;
  }

  /** Why it is refused; undefined where it is Slack's, of now, and new. `timestamp`, `signature`: the headers x-slack-request-timestamp and x-slack-signature. */
  refusal({
    timestamp,
    signature,
    body,
    nowMs,
  }: {
    readonly timestamp: string;
    readonly signature: string;
    readonly body: string;
    readonly nowMs: number;
  }): string | undefined {
    if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs - Number(timestamp) * 1000) > toleranceMs) return "the request is not of now";
    const wanted = Buffer.from(`v0=${createHmac("sha256", this.#signingSecret).update(`v0:${timestamp}:${body}`).digest("hex")}`);
    const given = Buffer.from(signature);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return "the signature is not Slack's";
    if (this.#seen.has(signature)) return "the request was taken already";
    this.#seen.set(signature, nowMs);
    for (const [old, seenMs] of this.#seen) {
      if (seenMs >= nowMs - 2 * toleranceMs && this.#seen.size <= mostRemembered) break;
      this.#seen.delete(old);
    }
    return undefined;
  }
}

/** What somebody chose; undefined where the body (form-encoded, `payload`) holds no choice of ours. Only after the signature was checked. */
export function slackDecision(body: string): SlackDecision | undefined {
  const payload = parsedObject(new URLSearchParams(body).get("payload") ?? "");
  if (textOf(payload, "type") !== "block_actions") return undefined;
  const action = arrayOf(payload, "actions")
    .filter(isObject)
    .find((each) => textOf(each, "action_id") === slackActionId);
  const [, findingUid, choice] = /^([0-9a-f]{16}):([a-z0-9:]+)$/.exec(textOf(objectOf(action, "selected_option"), "value")) ?? [];
  const chosen = slackChoices.find(({ value }) => value === choice);
  if (findingUid === undefined || chosen === undefined) return undefined;
  const { state, mutedForMs, reason } = chosen;
  const user = objectOf(payload, "user");
  return { findingUid, state, mutedForMs, reason, by: `${textOf(user, "username") || "somebody"} (Slack ${textOf(user, "id")})`.slice(0, 200) };
}
