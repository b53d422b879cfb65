// What an odd window could do: the rules that make impact, and severity and risk from it. It stands apart from scoring because it must never change
// how odd anything is, only in which order people look.
import type { Severity } from "../model/finding.ts";
import { logTampering } from "./detectors/log-tampering.ts";
import { privilegeGrant } from "./detectors/privilege-grant.ts";
import type { Window } from "./evidence.ts";

export interface Impact {
  /** 0 to 100. */
  readonly points: number;
  /** What they are made of, in words. */
  readonly reasons: readonly string[];
}

interface DeedRule {
  readonly says: string;
  readonly points: number;
  applies(action: string, activity: string): boolean;
}

/** What the action can do, the gravest first. The first that fits a deed counts; of all deeds the gravest. */
export const deedRules: readonly DeedRule[] = [
  { says: "logging switched off or narrowed", points: 60, applies: (action) => logTampering.isOfKind(action) },
  { says: "rights granted or keys made", points: 50, applies: (action) => privilegeGrant.isOfKind(action) },
  { says: "secrets read", points: 40, applies: (_, activity) => activity === "secret-read" },
  { says: "administrative actions", points: 35, applies: (_, activity) => activity === "admin" },
  { says: "things changed or deleted", points: 25, applies: (_, activity) => activity === "write" || activity === "data-write" },
  { says: "data read", points: 15, applies: (_, activity) => activity === "data-read" },
  { says: "settings and lists read", points: 10, applies: () => true },
];

/** Of a deed that was refused or failed, so much of its points counts: it was tried. */
export const triedShare = 0.5;

/** How long the credential lives. */
export const staticCredentialPoints = 15;

/** How far it reaches: from so many identities on that it can hand sessions to, over the whole chain down. */
export const reachRules: readonly { readonly from: number; readonly points: number }[] = [
  { from: 10, points: 20 },
  { from: 1, points: 10 },
];

/** Least points of each severity, the highest first. */
export const severityRules: readonly { readonly from: number; readonly severity: Severity }[] = [
  { from: 70, severity: "critical" },
  { from: 50, severity: "high" },
  { from: 30, severity: "medium" },
  { from: 0, severity: "low" },
];

/** Bits at which it is as sure as it gets that this is odd. */
const certainBits = 40;

/** Of the windows that a finding is about; `reach`: identities down the chain. */
export function impactOf(windows: readonly Window[], reach: number): Impact {
  const parts = [gravestDeed(windows), credentialPart(windows), reachPart(reach)].filter((part) => part.points > 0);
  return { points: Math.min(100, sumOf(parts.map(({ points }) => points))), reasons: parts.map(({ says, points }) => `${says} (${points})`) };
}

export function severityOf(points: number): Severity {
  return severityRules.find(({ from }) => points >= from)?.severity ?? "low";
}

/** 0 to 100: how sure it is that the window is odd, by its bits alone. */
export function confidenceOf(bits: number): number {
  return Math.round((Math.min(Math.max(bits, 0), certainBits) / certainBits) * 100);
}

/** 0 to 100. How odd it is orders first: the gravest impact counts twice as much as none. */
export function riskOf(confidence: number, impact: number): number {
  return Math.round((confidence * (100 + impact)) / 200);
}

interface Part {
  readonly says: string;
  readonly points: number;
}

function gravestDeed(windows: readonly Window[]): Part {
  let gravest: Part = { says: "", points: 0 };
  for (const { hours } of windows)
    for (const { deeds } of hours)
      for (const [action, activity, outcome] of deeds) {
        const rule = deedRules.find(({ applies }) => applies(action, activity));
        if (rule === undefined) continue;
        const isTried = outcome === "denied" || outcome === "failure";
        const points = Math.round(rule.points * (isTried ? triedShare : 1));
        if (points > gravest.points) gravest = { says: isTried ? `tried, not done: ${rule.says}` : rule.says, points };
      }
  return gravest;
}

function credentialPart(windows: readonly Window[]): Part {
  const isStatic = windows.some(({ values }) => values["static-credential"].size > 0);
  return { says: "a credential that does not expire", points: isStatic ? staticCredentialPoints : 0 };
}

function reachPart(reach: number): Part {
  const points = reachRules.find(({ from }) => reach >= from)?.points ?? 0;
  return { says: `can hand sessions to ${reach} ${reach === 1 ? "identity" : "identities"}`, points };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
