// What goes to machines and mailboxes: whatever a record holds, it begins no field, ends no message, and acts on nobody who reads it.
import { expect, test } from "vitest";
import { HttpClient } from "../../alert/http-client.ts";
import { mailOf } from "../../alert/sinks/email.ts";
import { pagerDutySink } from "../../alert/sinks/pagerduty.ts";
import { adaptiveCard } from "../../alert/sinks/teams.ts";
import { cefMessage, syslogFrame } from "../../alert/syslog-message.ts";
import { startHttpReceiver } from "../stand-ins/http-receiver.ts";
import { findingAlert, hostileAlert } from "./alerts.ts";
import { machineInjections, slackInjections } from "./injection-strings.ts";

/** As a receiver splits it: the header at pipes, the extension at keys, neither at what is escaped. */
function parsedCef(message: string): { readonly header: readonly string[]; readonly fields: Readonly<Record<string, string>> } {
  const [, ...parts] =
    /^CEF:0\|((?:\\.|[^\\|])*)\|((?:\\.|[^\\|])*)\|((?:\\.|[^\\|])*)\|((?:\\.|[^\\|])*)\|((?:\\.|[^\\|])*)\|(\d+)\|(.*)$/.exec(message) ?? [];
  const fields: Record<string, string> = {};
  for (const [, key = "", value = ""] of (parts.at(-1) ?? "").matchAll(/(\w+)=((?:\\.|[^\\=])*)(?= \w+=|$)/g))
    fields[key] = value.replace(/\\([\\=])/g, "$1");
  return { header: parts.slice(0, -1), fields };
}

test("at least 60 ways to forge a field, a message or a formula stand in every field of an event: CEF has the fields that we wrote and no other", () => {
  expect(machineInjections.length).toBeGreaterThanOrEqual(60);
  const honest = parsedCef(cefMessage(hostileAlert("honest")));
  expect(Object.keys(honest.fields).length).toBeGreaterThan(10);
  for (const injection of [...machineInjections, ...slackInjections]) {
    const alert = hostileAlert(injection);
    const message = cefMessage(alert);
    const { header, fields } = parsedCef(message);
    expect(header, injection).toHaveLength(6);
    expect(header.slice(0, 4), injection).toEqual(["machinetrail", "machinetrail", "1", "new-network"]);
    expect(Object.keys(fields), injection).toEqual(Object.keys(honest.fields));
    expect([fields.externalId, fields.cs1, fields.cn1], injection).toEqual([alert.id, alert.finding.finding_uid, "28"]);
    // Nothing that ends a line or starts a formula in a column of its own.
    expect(message, injection).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    for (const form of ["cef", "json"] as const) {
      const frame = syslogFrame(alert, form, "host").toString("utf8");
      const [length = "", priority] = frame.split(" ");
      expect(Buffer.byteLength(frame.slice(length.length + 1)), injection).toBe(Number(length));
      expect(priority, injection).toBe("<109>1");
      expect(frame, injection).not.toMatch(/[\r\n]/);
    }
  }
});

test("a card for Teams holds texts of records in runs without marks only, and no function of dates", () => {
  for (const injection of [...slackInjections, "{{DATE(2026-01-01T00:00:00Z,SHORT)}}", "[a](https://evil.example)", "<at>everyone</at>"]) {
    const card = adaptiveCard(hostileAlert(injection));
    const { body, actions } = card as { body: { type: string; inlines: { type: string; text: string }[] }[]; actions: { url: string }[] };
    for (const block of body) {
      expect([block.type, ...block.inlines.map(({ type }) => type)]).toEqual(["RichTextBlock", "TextRun"]);
      expect(block.inlines[0]?.text, injection).not.toMatch(/:\/\/|\{\{/);
    }
    expect(actions.map(({ url }) => url)).toEqual(["https://machinetrail.example.org/findings/a000000000000001"]);
    expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThan(28_000);
  }
});

test("a mail has one line of subject, no link but ours, and no line that a record began", () => {
  for (const injection of [...machineInjections, ...slackInjections, "\r\nBcc: all@evil.example", "x".repeat(50_000)]) {
    const { subject, text } = mailOf(hostileAlert(injection));
    expect(subject, injection).not.toMatch(/[\p{Cc}]/u);
    expect(subject.length).toBeLessThanOrEqual(150);
    expect(text.replace("https://machinetrail.example.org/findings/a000000000000001", ""), injection).not.toContain("://");
    expect(text.replaceAll("\n", ""), injection).not.toMatch(/[\p{Cc}]/u);
    for (const line of text.split("\n")) expect(line, injection).not.toMatch(/^(?:Bcc:|=|\+|@)/);
  }
});

test("PagerDuty has one incident by its key: raised and odder triggers, benign and muted resolves, looked at and confirmed acknowledges", async () => {
  const receiver = await startHttpReceiver(() => ({ status: 202 }));
  const sink = pagerDutySink({ id: "p", routingKey: "k", url: receiver.url, http: new HttpClient({ allowHosts: ["127.0.0.1"] }) });
  const decided = (state: "benign" | "muted" | "acknowledged" | "confirmed" | "open") =>
    findingAlert({ event: "decided", decided: { state, state_at_ms: 1 } });
  const alerts = [
    findingAlert(),
    findingAlert({ event: "continued" }),
    ...(["benign", "muted", "acknowledged", "confirmed", "open"] as const).map(decided),
  ];
  for (const alert of alerts) await sink.send([alert], new AbortController().signal);
  await sink.close();
  await receiver.close();
  const events = receiver.requests.map(({ body }) => JSON.parse(body) as { event_action: string; dedup_key: string });
  expect(events.map(({ event_action }) => event_action)).toEqual([
    "trigger",
    "trigger",
    "resolve",
    "resolve",
    "acknowledge",
    "acknowledge",
    "trigger",
  ]);
  expect(new Set(events.map(({ dedup_key }) => dedup_key))).toEqual(new Set(["a000000000000001"]));
});
