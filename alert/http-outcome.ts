// What an answer over HTTP means for the delivery, the same for all sinks that have no word of their own for it.
import { PermanentError } from "../model/errors.ts";
import { visibleText } from "../runtime/visible-text.ts";
import type { HttpAnswer } from "./http-client.ts";
import type { Outcome } from "./sink.ts";

const shownAnswer = 160;

/** 2xx is delivered, whatever becomes of the body; 410 is for good; 400, 413 and 422 are about this message; the rest is about the receiver. */
export function httpOutcome(answer: HttpAnswer): Outcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: "delivered" };
  const reason = describeAnswer(answer);
  if (status === 410) return { kind: "gone", reason };
  const scope = status === 400 || status === 413 || status === 422 ? "message" : "sink";
  const retryAfterMs = retryAfter(answer.headers["retry-after"], Date.now());
  return { kind: "failed", scope, reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

export function describeAnswer({ status, headers, body }: HttpAnswer): string {
  // Where it points to may be as secret as the URL that was asked, and the body says it again.
  if (status >= 300 && status < 400)
    return `answered ${status}${headers.location === undefined ? "" : "; redirects are not followed: give the final URL"}`;
  const said = visibleText(body.slice(0, shownAnswer).trim());
  return `answered ${status}${said === "" ? "" : `: ${said}`}`;
}

export function failureOutcome(error: unknown): Outcome {
  if (!(error instanceof Error)) return { kind: "failed", scope: "sink", reason: "failed" };
  const wait = "retryAfterMs" in error && typeof error.retryAfterMs === "number" ? { retryAfterMs: error.retryAfterMs } : {};
  return {
    kind: "failed",
    scope: "sink",
    reason: `${visibleText(error.message)}${error instanceof PermanentError ? " (it will fail again)" : ""}`,
    ...wait,
  };
}

/** Seconds or a date (RFC 9110, 10.2.3); undefined where it is neither, or lies in the past. Not bounded here. */
export function retryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d{1,15}$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Za-z]{3,9}, /.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) || atMs <= nowMs ? undefined : atMs - nowMs;
}
