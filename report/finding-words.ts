// How a finding is called: who, what kind, why. Lists, stories and alerts say the same.
import type { Finding, FindingReason } from "../model/finding.ts";

const shownTitles = 4;

/** Its name, or its id where no record names it; and how many more it is about. */
export function whoOf({ identity_name, identity_uid, identity_uids }: Pick<Finding, "identity_name" | "identity_uid" | "identity_uids">): string {
  const name = identity_name === "" ? identity_uid : identity_name;
  const others = identity_uids.length - 1;
  return others === 0 ? name : `${name} and ${others.toLocaleString("en-US")} ${others === 1 ? "other" : "others"}`;
}

/** iam-role as ec2-instance */
export function kindOf({ principal_type, workload_type }: Pick<Finding, "principal_type" | "workload_type">): string {
  return workload_type === "unknown" || workload_type === "" ? principal_type : `${principal_type} as ${workload_type}`;
}

/** Burst of novelty, unusual volume, new agent and 2 more: the kinds of reasons, the rarest first. */
export function why(reasons: readonly Pick<FindingReason, "title">[]): string {
  const titles = [...new Set(reasons.map(({ title }) => title))];
  const [first, ...others] = titles.slice(0, shownTitles);
  if (first === undefined) return "Several things, each a little odd";
  const more = titles.length > shownTitles ? ` and ${titles.length - shownTitles} more` : "";
  return `${[first, ...others.map((title) => title.toLowerCase())].join(", ")}${more}`;
}

/** 1,300 or 40 million: nobody needs more of it. */
export function oneIn(probability: number): string {
  const hours = 1 / probability;
  if (hours >= 1e9) return "more than a thousand million";
  return hours >= 1e6 ? `${Math.round(hours / 1e6)} million` : Number(hours.toPrecision(2)).toLocaleString("en-US");
}
