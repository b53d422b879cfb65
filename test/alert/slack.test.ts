// What Slack is sent: inert whatever a record holds, within Slack's limits, in threads, one message a second a channel.
import { expect, test, vi } from "vitest";
import { HttpClient } from "../../alert/http-client.ts";
import { Pace } from "../../alert/pace.ts";
import { slackSink } from "../../alert/sinks/slack.ts";
import { slackMessage } from "../../alert/slack-blocks.ts";
import { startHttpReceiver } from "../stand-ins/http-receiver.ts";
import { findingAlert, hostileAlert, noticeAlert } from "./alerts.ts";
import { slackInjections } from "./injection-strings.ts";

/** Texts of a message, each with whether Slack reads marks in it. */
function texts(value: unknown): { readonly type: string; readonly text: string }[] {
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value !== "object" || value === null) return [];
  const own = "type" in value && "text" in value && typeof value.text === "string" ? [{ type: String(value.type), text: value.text }] : [];
  return [...own, ...Object.values(value).flatMap(texts)];
}

const limits: Readonly<Record<string, number>> = { header: 150, section: 3_000 };

test("at least 50 ways to make Slack act stand in every field of an event, and none of them acts", () => {
  expect(slackInjections.length).toBeGreaterThanOrEqual(50);
  for (const injection of slackInjections) {
    for (const event of ["raised", "continued", "decided"] as const) {
      const { text, blocks } = slackMessage({ ...hostileAlert(injection), event }, { hasDecisions: true });
      // Read as markup: nothing may begin there.
      expect(text, injection).not.toMatch(/[<>@]|:\/\/|&(?!(?:amp|lt|gt);)/);
      for (const each of texts(blocks)) {
        expect(each.type, injection).toBe("plain_text");
        expect(each.text, injection).not.toMatch(/:\/\/|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }
      expect(JSON.stringify(blocks)).not.toContain("mrkdwn");
    }
  }
});

test("whatever the length of what records hold, a message is within Slack's limits", () => {
  for (const text of ["x".repeat(100_000), "🦀".repeat(50_000), "&".repeat(10_000), ""]) {
    const { text: line, blocks } = slackMessage(hostileAlert(text), { hasDecisions: true });
    expect(line.length).toBeLessThanOrEqual(4_000);
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const block of blocks as { type: string; text?: { text: string }; fields?: { text: string }[]; elements?: unknown[] }[]) {
      expect(block.text?.text.length ?? 1).toBeGreaterThan(0);
      if (block.text !== undefined) expect(block.text.text.length).toBeLessThanOrEqual(limits[block.type] ?? 0);
      for (const field of block.fields ?? []) expect([field.text.length > 0, field.text.length <= 2_000]).toEqual([true, true]);
      expect(block.fields?.length ?? 0).toBeLessThanOrEqual(10);
      expect(block.elements?.length ?? 0).toBeLessThanOrEqual(10);
    }
  }
});

test("a bot answers in the thread of the incident: of the message it has just sent, and of one that it sent before", async () => {
  const receiver = await startHttpReceiver(() => ({ status: 200, body: JSON.stringify({ ok: true, ts: "1700000000.000001" }) }));
  const http = new HttpClient({ allowHosts: ["127.0.0.1"] });
  const target = { kind: "bot", token: "xoxb-1", channel: "C1", api: receiver.url } as const;
  const sink = slackSink({ id: "bot", target, hasDecisions: false, http, pace: new Pace(1_000, async () => undefined) });
  const outcomes = await sink.send(
    [
      findingAlert({ id: "a" }),
      findingAlert({ id: "b", event: "continued" }),
      findingAlert({ id: "c", incidentUid: "other", thread: "1600000000.000009", event: "decided" }),
    ],
    new AbortController().signal,
  );
  await sink.close();
  await receiver.close();
  expect(outcomes[0]).toEqual({ kind: "delivered", receipt: "1700000000.000001" });
  const sent = receiver.requests.map(({ body }) => (JSON.parse(body) as { thread_ts?: string }).thread_ts);
  expect(sent).toEqual([undefined, "1700000000.000001", "1600000000.000009"]);
});

test("what is graver than what was told is shown in the channel as well; where the thread is gone the message begins another", async () => {
  let sent = 0;
  const receiver = await startHttpReceiver(({ body }) => {
    const isLost = (JSON.parse(body) as { thread_ts?: string }).thread_ts === "1600000000.000009";
    return { status: 200, body: JSON.stringify(isLost ? { ok: false, error: "thread_not_found" } : { ok: true, ts: `170000000${sent++}.000001` }) };
  });
  const http = new HttpClient({ allowHosts: ["127.0.0.1"] });
  const target = { kind: "bot", token: "xoxb-1", channel: "C1", api: receiver.url } as const;
  const sink = slackSink({ id: "bot", target, hasDecisions: false, http, pace: new Pace(1_000, async () => undefined) });
  const thread = "1600000000.000009";
  const outcomes = await sink.send(
    [
      findingAlert({ id: "a", event: "continued", thread, isGraver: true }),
      findingAlert({ id: "b", event: "continued", thread }),
      findingAlert({ id: "c", event: "continued", thread, isGraver: true }),
    ],
    new AbortController().signal,
  );
  await sink.close();
  await receiver.close();
  // Only what begins a thread can be answered.
  expect(outcomes).toEqual([{ kind: "delivered", receipt: "1700000000.000001" }, { kind: "delivered" }, { kind: "delivered" }]);
  const places = receiver.requests.map(({ body }) => JSON.parse(body) as { thread_ts?: string; reply_broadcast?: boolean });
  expect(places.map(({ thread_ts, reply_broadcast }) => [thread_ts, reply_broadcast])).toEqual([
    [thread, true],
    [undefined, undefined],
    ["1700000000.000001", undefined],
    ["1700000000.000001", true],
  ]);
});

test("messages to one channel wait for their turn, whoever sends them; other channels do not", async () => {
  const clock = vi.spyOn(performance, "now").mockReturnValue(5_000);
  const waits: number[] = [];
  const pace = new Pace(1_000, async (waitMs) => {
    waits.push(waitMs);
  });
  const signal = new AbortController().signal;
  for (const channel of ["a", "a", "b", "a"]) await pace.turn(channel, signal);
  clock.mockRestore();
  expect(waits).toEqual([1_000, 2_000]);
});

test("a notice of the program is a header and its lines", () => {
  const { blocks } = slackMessage(noticeAlert({ lines: ["<!here> one", "two"] }), { hasDecisions: true });
  expect(texts(blocks).map(({ text }) => text)).toEqual(["A notice", "<!here> one", "two"]);
});
