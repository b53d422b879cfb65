// docs/findings.md: what a finding is, and the rules that make its severity and risk, from the tables that the code uses.
import { deedRules, reachRules, severityRules, staticCredentialPoints, triedShare } from "../../detect/impact.ts";
import { sourceProblems } from "../../pipeline/source-finding.ts";
import { silentAfterGaps } from "../../pipeline/source-watch.ts";
import { generatedNote, markdownTable } from "./markdown.ts";

export function findingsDocument(): string {
  return [
    "# Findings",
    generatedNote,
    ...introduction,
    "## Impact, severity, confidence, risk",
    impactText(),
    impactTable(),
    severityTable(),
    "## OCSF",
    ocsfText,
    "",
  ].join("\n\n");
}

const { "detector-failed": _, ...ofSources } = sourceProblems;
const sourceTitles = Object.values(ofSources)
  .map(({ title }) => title.toLowerCase())
  .join(", ");

const introduction = [
  "A finding is what detection has raised and stored: `machinetrail detect` writes it, `findings` lists it, `finding ID` tells it. How odd is odd enough: [detection.md](detection.md); " +
    "the columns: [schema.md](schema.md#findings).",
  `**Id.** Sixteen hexadecimal digits of SHA-256 over the JSON array [identity_uid, start, end] of the hour of reception that raised it (epoch milliseconds). The same hours give the
same ids, whoever looks through them, how often and over which span. Commands take the start of an id where no other begins so.`,
  `**Revision.** An hour is told of as soon as it is odd enough, once more where it becomes clearly odder (2 bits), and once more when it is over. What an identity does within 24 hours of what
was told belongs to the same finding, unless it is odder by 2 bits. Each telling makes a revision; of two, the one that was told last stays, whichever was written last. So live detection, a
replay of the same hours and a replay of some of them meet in one row. Reasons, events and severity are of the hour that raised it, as it was known last.`,
  `**Configuration.** Budget, detectors, what else an operator decided, and the model (the text of what detects) are kept with a finding as a digest, so that a new release is another configuration. Findings of another configuration stay where they are: what was told was told. One that several
configurations raised is listed once, as it was told last; \`findings --budget N\` lists those of one budget. A decision holds for an id, whatever raised it.`,
  `**States.** open, acknowledged, benign, confirmed, muted: \`finding ID --state benign --reason "why"\`. Each decision is a row of its own with who, when and why; the latest that is in force counts,
and a mute ends (\`--until\`), after which the decision before it counts again. Muting tells nobody and changes nothing else: what is muted is scored, stored and correlated as before.`,
  `**What decisions teach.** Windows of a finding are not learned from for three days. Decided *benign* within them, what they showed is known at once, and each value of it (network, agent, action,
resource, ...) counts as usual for that identity from then on, however seldom it is. *Confirmed*, they are never learned, nor is what still comes of the finding. Without a decision they are learned when the
three days are over; what was learned stays learned. Amounts and hours are learned from all windows, decided or not. A decision counts from its own time on, so that a replay of the days before it gives
what was given then (\`test/detect/decisions.test.ts\`).`,
  `**Decisions over HTTP.** Beside the command, \`serve\` takes them by \`POST /findings/ID/decision\` from whoever holds one of \`http.decision_tokens\` (made by \`token create\`; the token's name is who decided), and from the buttons
of a Slack app whose signing secret is \`alerts.slack_signing_secret\` and whose interactivity request URL is \`https://HOST/slack/interactions\`: there everybody who may click decides, under their name in Slack
(\`test/api/decisions.test.ts\`).`,
  `**One story over many identities.** Three or more identities with the same new thing (network, agent, action, resource, ...) among their three rarest reasons within one hour are told as one: \`findings\` shows the
first and names the others (\`alike\`), \`--each\` shows each. In the store, for the budget and for the benchmark they stay findings of their own, since each identity may be decided upon differently.`,
  `**Sources.** A finding of kind \`source\` says that records are not coming as they should (${sourceTitles}): \`identity_uid\` is \`source:\` and the id of the source. A source
or a format of its records is silent after ${silentAfterGaps} times its usual pause, which is the second longest of the longest pauses of each day in two weeks, and at least 5 minutes; of what is looked at for less than three days
nothing is told. Pauses count minutes in which a process looked, as \`source_activity\` has them. A rejected share is told where it is three times that of the two weeks before and 5 points above it, in an hour of 100
records; a clock where half of the last records of a log and account happened a minute or more after they were received, once a log and day; records of a time that
cannot be (before November 2013, when the oldest of these logs began, or more than a day after they were received), however few, once a log and day; logging switched off or changed (\`StopLogging\`, \`DeleteTrail\`, a sink, a diagnostic setting deleted, an audit sink) by whomever, once a log, call, account and day; records that are gone when the source says so. These are rules, not calibrated surprise: \`bits\` is 0, \`confidence\`
100, and they take no place of the budget. The id is made of the source, the problem and since when it is so: each is told once, whichever process sees it. A clock that is behind is not told: also a delay that is the same whole number of hours for each record of a log (a zone that was mistaken) is what an export shows that
holds its records back, and a consumer that never catches up, and the store notes no delays of a source to hold it against. What somebody decides about one teaches detection nothing. Of the
same kind is a finding about detection itself: a detector that failed and is left out until the day of reception is over (\`detector-failed\`, \`identity_uid\` is \`detector:\` and its id), once a day each.`,
  `**Reasons** say in words what was observed and what is normal. Of a value that is new or rare (network, agent, action, resource, ...) the same stands in \`past\`: on how many \`days\` the identity showed it before, the
first and last of them (\`first_seen_ms\`, only where it is not more than a month before the last, and \`last_seen_ms\`), how many \`others\` ever did, and \`known_values\` and \`value_days\` of its kind. \`certainty\` is
there where it was told without calibration: \`mechanism\` or \`fact\`.`,
  `**Lineage** is what the store knew when the finding was written, of steps that had happened by then. A step whose record came later than the hour may be in a replay and was not in what live
detection wrote.`,
];

const ocsfText = `\`findings --ocsf\` (a line each) and \`finding ID --ocsf\` write findings as events of OCSF 1.8, class Detection Finding (2004), valid by a schema written from the standard's own
definitions (\`test/report/ocsf-schema.ts\`). Reasons are \`anomaly_analyses\` (anomalies beside baselines; the count of a baseline is days), analytics are of type Rule (1) where something is told for certain or of a source and Statistical (3) else, events are \`evidences\` and \`finding_info.related_events\`, techniques are
\`finding_info.attacks\`. \`severity_id\` and \`impact_id\` are by impact, \`confidence_score\` by bits, \`risk_score\` by both. \`status_id\`: open is 1 (New), acknowledged and confirmed 2 (In Progress), benign
3 (Suppressed), muted 99 (Other). \`is_alert\` is false for what is benign or muted. \`metadata.correlation_uid\` is the finding's id, \`metadata.uid\` that of its revision. What OCSF has no attribute for (bits,
maturity, lineage, what to check) stands in \`unmapped\`.`;

function impactText(): string {
  return `Impact says what the window could do, 0 to 100. It orders the queue and sets the severity; it never changes how odd anything is. What was refused or failed counts
${triedShare * 100} % of its points. Confidence is from bits alone: 2.5 for each, 100 at most. Risk = confidence × (100 + impact) / 200: the gravest counts twice as much as the least, so that how odd it is
orders first.`;
}

function impactTable(): string {
  return markdownTable(
    ["what", "points"],
    [
      ...deedRules.map(({ says, points }) => [`the gravest action: ${says}`, `${points}`]),
      ["a static credential was used", `+ ${staticCredentialPoints}`],
      ...reachRules.map(({ from, points }) => [`${from} or more identities within reach, over the whole chain down`, `+ ${points}`]),
    ],
  );
}

function severityTable(): string {
  return markdownTable(
    ["severity", "from impact"],
    severityRules.map(({ severity, from }) => [severity, `${from}`]),
  );
}
