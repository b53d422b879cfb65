// From where credentials are used: a session that moves is told, one that stays or that names no place is not.
import { expect, test } from "vitest";
import { SessionMemory } from "../../../detect/memory/session-memory.ts";
import { hourOf, type Shown } from "../../../detect/shown-hour.ts";

const own = "internet 203.0.113.0/24";
const elsewhere = "internet 198.51.100.0/24";
const at = (shown: Partial<Shown>) => hourOf({ day: 0, credential: "ASIAONE", network: own, ...shown });

test("a known session from another network is told, with where it was before and whether the agent is new", () => {
  const memory = new SessionMemory();
  memory.learn(at({}));
  expect(memory.roamingIn([at({ hour: 3 })])).toEqual([]);
  expect(memory.roamingIn([at({ hour: 3, network: elsewhere, agent: "aws-cli/2" })])).toEqual([
    { credential: "ASIAONE", network: elsewhere, before: [own], isNewAgent: true },
  ]);
});

test("both uses may come in one window: the second place is told", () => {
  const found = new SessionMemory().roamingIn([at({}), at({ hour: 3, network: elsewhere })]);
  expect(found.map(({ network, before }) => [network, before])).toEqual([[elsewhere, [own]]]);
});

test("no address and a cloud's own service are no places", () => {
  const memory = new SessionMemory();
  memory.learn(at({}));
  expect(memory.roamingIn([at({ network: "unknown" }), at({ hour: 3, network: "provider-service" })])).toEqual([]);
});

test("the share of sessions that moved is counted once a session, and the oldest are let go", () => {
  const memory = new SessionMemory();
  for (let number = 0; number < 1000; number++) {
    memory.learn(at({ credential: `ASIA${number}` }));
    if (number % 10 === 0)
      for (const network of [elsewhere, elsewhere, "internet 192.0.2.0/24"]) memory.learn(at({ credential: `ASIA${number}`, network }));
  }
  expect([memory.sessions, memory.roaming]).toEqual([1000, 100]);
  expect(memory.roamingIn([at({ credential: "ASIA1", network: elsewhere })])).toEqual([]);
});
