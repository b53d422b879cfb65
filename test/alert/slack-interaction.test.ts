// What comes back from Slack: only what Slack signed, now, once; and of that only the choices that we gave.
import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { slackMessage } from "../../alert/slack-blocks.ts";
import { SlackRequests, slackDecision } from "../../alert/slack-interaction.ts";
import { findingAlert } from "./alerts.ts";

const secret = "8f742231b10e8888abcd99yyyzzz85a5";
const nowMs = 1_531_420_618_000;

function signed(body: string, atMs = nowMs) {
  const timestamp = String(atMs / 1000);
  return { timestamp, body, nowMs, signature: `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}` };
}

test("the example of Slack's own documentation has the signature that it gives", () => {
  const body =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
  const request = { timestamp: "1531420618", body, nowMs, signature: "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503" };
  expect(new SlackRequests(secret).refusal(request)).toBeUndefined();
});

test("what is forged, old, of the future or a repeat is refused", () => {
  const requests = new SlackRequests(secret);
  const good = signed("payload=1");
  expect(requests.refusal({ ...good, body: "payload=2" })).toBe("the signature is not Slack's");
  expect(requests.refusal({ ...good, signature: "v0=" })).toBe("the signature is not Slack's");
  expect(new SlackRequests("another").refusal(good)).toBe("the signature is not Slack's");
  expect(requests.refusal(signed("payload=1", nowMs - 301_000))).toBe("the request is not of now");
  expect(requests.refusal(signed("payload=1", nowMs + 301_000))).toBe("the request is not of now");
  expect(requests.refusal({ ...good, timestamp: "now" })).toBe("the request is not of now");
  expect(requests.refusal(good)).toBeUndefined();
  expect(requests.refusal(good)).toBe("the request was taken already");
});

test("each choice that a message offers comes back as a decision with who, why, and an end where it is a mute", () => {
  const { blocks } = slackMessage(findingAlert(), { hasDecisions: true });
  const options = (blocks as { elements?: { options?: { value: string }[] }[] }[])
    .flatMap(({ elements }) => elements ?? [])
    .flatMap(({ options: each }) => each ?? []);
  const decided = options.map(({ value }) => slackDecision(chosen(value)));
  expect(decided.map((each) => [each?.findingUid, each?.state, each?.mutedForMs, each?.by])).toEqual([
    ["a000000000000001", "acknowledged", 0, "ana (Slack U1)"],
    ["a000000000000001", "benign", 0, "ana (Slack U1)"],
    ["a000000000000001", "benign", 0, "ana (Slack U1)"],
    ["a000000000000001", "confirmed", 0, "ana (Slack U1)"],
    ["a000000000000001", "muted", 86_400_000, "ana (Slack U1)"],
    ["a000000000000001", "muted", 7 * 86_400_000, "ana (Slack U1)"],
  ]);
  for (const each of decided) expect(each?.reason).not.toBe("");
});

test.each([
  "",
  "payload=%7B",
  "payload=%5B%5D",
  "payload=%7B%22type%22%3A%22view_submission%22%7D",
  chosen("a000000000000001:drop"),
  chosen("x:benign:known"),
  chosen("__proto__:muted:1"),
])("what is no choice of ours is none (%s)", (body) => {
  expect(slackDecision(body)).toBeUndefined();
});

function chosen(value: string): string {
  const action = { action_id: "machinetrail_decide", type: "static_select", selected_option: { value } };
  return new URLSearchParams({
    payload: JSON.stringify({ type: "block_actions", user: { id: "U1", username: "ana" }, actions: [action] }),
  }).toString();
}
