// Who handed what to whom, and where something odd entered.
import { expect, test } from "vitest";
import { type Window, windowsOf } from "../../../detect/evidence.ts";
import { IdentityLineage } from "../../../detect/memory/identity-lineage.ts";
import { LineageMemory } from "../../../detect/memory/lineage-memory.ts";
import { hourOf, type Shown } from "../../../detect/shown-hour.ts";

const names = ["web", "deploy", "vault"] as const;
const windowOf = (shown: Shown): Window => {
  const [window] = windowsOf([hourOf(shown)]);
  if (window === undefined) throw new Error("an hour makes a window");
  return window;
};
const lineageOfAll = () => {
  const parts = new Map<string, IdentityLineage>(names.map((name) => [name, new IdentityLineage()]));
  return new LineageMemory((uid) => parts.get(uid));
};
const issue = (by: string, credential: string, target: string, hour = 1): Window =>
  windowOf({ identity: by, day: 1, hour, handedOut: [[credential, target, "sts-session"]] });

test("issue and use are joined by the credential, whichever came first", () => {
  const lineage = lineageOfAll();
  const use = windowOf({ identity: "deploy", day: 1, hour: 2, credential: "ASIAONE" });
  expect(lineage.issuersOf(use)).toEqual([]);
  lineage.note(issue("web", "ASIAONE", "deploy"));
  expect(lineage.issuersOf(use)).toEqual(["web"]);
  expect(lineage.issueOf("ASIAONE")).toMatchObject({ issuer: "web", target: "deploy" });
});

test("the chain of a finding begins where the first odd one was, over several hands", () => {
  const lineage = lineageOfAll();
  lineage.note(issue("web", "ASIAONE", "deploy"));
  lineage.note(issue("deploy", "ASIATWO", "vault", 2));
  lineage.tell(issue("web", "ASIAONE", "deploy"), "a session at a desk");
  const deploy = windowOf({ identity: "deploy", day: 1, hour: 2, credential: "ASIAONE" });
  lineage.tell(deploy, "handed on");
  const vault = windowOf({ identity: "vault", day: 1, hour: 3, credential: "ASIATWO" });
  lineage.tell(vault, "handed on again");
  expect(lineage.oddityOf("vault", vault.momentMs)?.chain).toEqual(["web", "deploy", "vault"]);
});

test("two who hand sessions to each other make no chain without end", () => {
  const lineage = lineageOfAll();
  lineage.note(issue("web", "ASIAONE", "deploy"));
  lineage.note(issue("deploy", "ASIATWO", "web"));
  for (let hour = 2; hour < 20; hour++) {
    lineage.tell(windowOf({ identity: "deploy", day: 1, hour, credential: "ASIAONE" }), "odd");
    lineage.tell(windowOf({ identity: "web", day: 1, hour, credential: "ASIATWO" }), "odd");
  }
  expect(lineage.oddityOf("web", windowOf({ day: 1, hour: 20 }).momentMs)?.chain.length).toBeLessThanOrEqual(2);
});

test("who was odd is so for a day, and not before it was seen", () => {
  const lineage = lineageOfAll();
  lineage.tell(windowOf({ identity: "web", day: 1, hour: 5 }), "odd");
  expect(lineage.oddityOf("web", windowOf({ day: 1, hour: 4 }).momentMs)).toBeUndefined();
  expect(lineage.oddityOf("web", windowOf({ day: 2, hour: 5 }).momentMs)).toBeDefined();
  expect(lineage.oddityOf("web", windowOf({ day: 2, hour: 6 }).momentMs)).toBeUndefined();
});

test("whoever hands out without end pushes out his own oldest only, and asking of strangers remembers nothing", () => {
  const lineage = lineageOfAll();
  lineage.note(issue("web", "ASIAONE", "vault"));
  for (let number = 0; number < 1200; number++) lineage.note(issue("deploy", `ASIA${number}`, "vault"));
  expect(lineage.issueOf("ASIAONE")).toBeDefined();
  expect(lineage.issueOf("ASIA0")).toBeUndefined();
  expect(lineage.issueOf("ASIA1199")).toBeDefined();
  expect(lineage.oddityOf("a stranger", 1e13)).toBeUndefined();
});
