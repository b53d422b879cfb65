// What a stranger types after the demo: commands that work on its store as they stand, with identities that are in it.
import path from "node:path";
import type { Finding } from "../model/finding.ts";
import { describeStoreLocation, type StoreLocation } from "../pipeline/store-location.ts";
import type { DemoAttack, DemoEstate } from "./demo-estate.ts";
import { programName } from "./package-file.ts";

interface Shown {
  readonly estate: DemoEstate;
  readonly location: StoreLocation;
  /** Nothing else is in the store, so that it may be deleted. */
  readonly isOwnStore: boolean;
  readonly home: string;
  /** One that is an attack. */
  readonly finding: Finding | undefined;
}

export function nextSteps({ estate, location, isOwnStore, home, finding }: Shown): string {
  const store = `--store ${shellPath(describeStoreLocation(location), home)}`;
  const lines = [
    ...(finding === undefined ? [] : [[`finding ${finding.finding_uid}`, "why detection raised it, what to check, its hours and events"]]),
    ["findings", "all that detection raised, as it is stored"],
    ...attackSteps(estate),
    [
      "identity arn:aws:iam::444455556666:role/prod-deploy",
      "one identity (of the examples): facts, credentials, lineage, timeline; a GitHub run reaches it by two hops",
    ],
    ["who --resource example-backups", "who touched a resource"],
    ["identities --machines", "all machine identities"],
  ].map(([command = "", what = ""]) => `  ${programName} ${command} ${store}\n      ${what}`);
  const labels = shellPath(path.join(estate.folder, "labels.jsonl"), home);
  return [
    "Type next:",
    ...lines,
    `  less ${labels}\n      each attack: its records, what of it can be seen and what cannot`,
    `  ${programName} scan YOUR-LOGS\n      your own audit logs, into your own store`,
    ...(isOwnStore ? [`To delete all of this: rm -r ${shellPath(estate.folder, home)} ${store.replace("--store ", "")}`] : []),
  ].join("\n");
}

/** Ways to look at what an attack did: the first one's records beside its victim's own, another one's victim, a stolen credential. */
function attackSteps({ attacks }: DemoEstate): string[][] {
  const [first, second] = attacks;
  const stolen = attacks.find(({ credential_uid }) => credential_uid !== "");
  const steps: string[][] = [];
  if (first !== undefined) steps.push([`query ${shellWord(windowQuery(first))}`, `all that its victim did while ${first.id} lasted: ${first.prose}`]);
  if (second?.identities[0] !== undefined) steps.push([`identity ${shellWord(second.identities[0])}`, `the victim of ${second.id}: ${second.prose}`]);
  if (stolen !== undefined) steps.push([`who --credential ${shellWord(stolen.credential_uid)}`, `who uses the credential of ${stolen.id}`]);
  return steps;
}

function windowQuery({ identities: [victim = ""], start, end }: DemoAttack): string {
  const [from, to] = [start, end].map((time) => time.slice(0, 19).replace("T", " "));
  return `SELECT time, action, outcome, src_ip, agent_family, region FROM actions FINAL WHERE identity_uid = '${victim.replaceAll(/['\\]/g, "\\$&")}' AND time BETWEEN '${from}' AND '${to}' ORDER BY time`;
}

/** As short as a shell takes it. */
function shellPath(text: string, home: string): string {
  const short = shortPath(text, home);
  return /[^\w./:~-]/.test(short) ? shellWord(text) : short;
}

export function shortPath(text: string, home: string): string {
  return home !== "" && text.startsWith(`${home}/`) ? `~${text.slice(home.length)}` : text;
}

function shellWord(text: string): string {
  if (!/[^\w@%+=:,./-]/.test(text)) return text;
  return /["$`\\!]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`;
}
