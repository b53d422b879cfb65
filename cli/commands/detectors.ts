// `detectors list | explain | test | shadow`: which there are and in which mode, all that one says of itself, whether their cases hold in this
// version, and what those in shadow would add.
import { type Command, Option } from "commander";
import { attackTechniques } from "../../model/attack-techniques.ts";
import { PermanentError } from "../../model/errors.ts";
import { nonHumanIdentityRisks } from "../../model/non-human-identity-risks.ts";
import type { DescribedDetector, TriedCase } from "../../pipeline/detector-catalogue.ts";
import { detectionSettings } from "../detection-settings.ts";
import { exitCodes } from "../exit-codes.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";
import { momentOf } from "../moment-option.ts";
import type { Answer, Column, Row } from "../output/section.ts";
import { ProgressLine } from "../progress.ts";
import { type ReplayedSpanOptions, replayFor } from "../replay-progress.ts";
import { count } from "../scan-report.ts";
import { parseLimit } from "./identities.ts";

export function addDetectors(program: Command, invocation: Invocation): void {
  const detectors = program.command("detectors").description("list the detectors, explain one, and try the cases that they come with");
  detectors
    .command("list", { isDefault: true })
    .description("list the detectors: aspect, techniques, and the mode that the configuration gives each")
    .action(async (_, command: Command) => listDetectors(command.optsWithGlobals<GlobalOptions>(), invocation));
  detectors
    .command("explain")
    .description("tell all that a detector says of itself: what it needs, what raises it without harm, what it cannot see, its cases")
    .argument("<id>", "a detector, such as new-network")
    .action(async (id: string, _, command: Command) => explainDetector(id, command.optsWithGlobals<GlobalOptions>(), invocation));
  detectors
    .command("test")
    .description("try the cases of one detector, or of all, in this version; ends with 3 where one does not hold")
    .argument("[id]", "a detector, such as new-network")
    .addHelpText(
      "after",
      "\nA case is what an identity did for weeks, and an hour that must raise the detector or must leave it quiet. No store is read.",
    )
    .action(async (id: string | undefined, _, command: Command) => testDetectors(id, command.optsWithGlobals<GlobalOptions>(), invocation));
  detectors
    .command("shadow")
    .description("list the findings that detectors in shadow would add, if they were on")
    .addOption(new Option("--from <time>", "received after: a day or a time, UTC (default: 7 days before --to)").argParser(momentOf("start")))
    .addOption(new Option("--to <time>", "received by: a day (to its end) or a time, UTC (default: the last record)").argParser(momentOf("end")))
    .addOption(new Option("--limit <rows>", "findings at most").argParser(parseLimit).default(50))
    .addHelpText("after", "\nThe past is replayed with them and without them. Nothing is stored, and nobody is told.")
    .action(async (_, command: Command) => listShadow(command.optsWithGlobals<ShadowOptions>(), invocation));
}

interface ShadowOptions extends GlobalOptions, ReplayedSpanOptions {
  readonly quiet?: true;
  readonly limit: number;
}

async function listShadow(options: ShadowOptions, invocation: Invocation): Promise<void> {
  const config = invocation.config(options);
  const settings = detectionSettings(config, options, invocation);
  const { shadowTrials } = await import("../../pipeline/watch-options.ts");
  const trials = shadowTrials(settings);
  if (trials.length === 1)
    throw new PermanentError(
      "detectors shadow: no detector is in shadow; detection.detectors of the configuration puts one there, such as odd-hour: shadow",
    );
  await invocation.withStore(config, options, async (store) => {
    const { addedBy, namesOf } = await import("../../pipeline/replay.ts");
    const replayed = await replayFor(store, options, trials, invocation);
    const [live, shadow] = replayed?.trials ?? [];
    if (live === undefined) return;
    const added = addedBy(live, shadow);
    const shown = added.slice(0, options.limit);
    const names = await namesOf(
      store,
      shown.map(({ identityUid }) => identityUid),
    );
    const rows = shown.map(({ id, identityUid, raisedMs, bits, detectors, why }) => ({
      ...{ id, mode: "shadow", raised_ms: raisedMs, bits: Math.round(bits * 10) / 10, identity: names.get(identityUid) || identityUid, why },
      ...{ detectors, identity_uid: identityUid },
    }));
    const whenEmpty = "None: with them the same would be raised.";
    await invocation.answer({ main: "shadow", sections: [{ id: "shadow", title: "In shadow", columns: shadowColumns, rows, whenEmpty }] }, options);
    if (added.length > shown.length) invocation.hint(`\n${shown.length} of ${count(added.length, "finding")}; --limit shows more.`, options);
  });
}

/** Detectors and their cases are loaded by who asks for them only. */
const catalogue = () => import("../../pipeline/detector-catalogue.ts");

async function listDetectors(options: GlobalOptions, invocation: Invocation): Promise<void> {
  const { describedDetectors } = await catalogue();
  const rows = describedDetectors(invocation.config(options).detection).map(detectorRow);
  await invocation.answer(
    { main: "detectors", sections: [{ id: "detectors", title: "Detectors", columns: listColumns, rows, whenEmpty: "" }] },
    options,
  );
}

function detectorRow({ id, title, mode, aspect, techniques, nonHumanIdentityRisks: risks }: DescribedDetector): Row {
  return { id, title, mode, aspect, techniques, nhi_risks: risks };
}

async function explainDetector(id: string, options: GlobalOptions, invocation: Invocation): Promise<void> {
  const { casesOf, checkDetectorId, describedDetectors } = await catalogue();
  checkDetectorId(id);
  const detector = describedDetectors(invocation.config(options).detection).find((each) => each.id === id);
  if (detector === undefined) return;
  const { raises, staysQuiet } = casesOf(id);
  const cases = [
    ...raises.map(({ says, because }) => ({ expected: "raises", says, because })),
    ...staysQuiet.map(({ says, because }) => ({ expected: "stays quiet", says, because })),
  ];
  await invocation.answer(explanation(detector, cases), options);
}

function explanation(detector: DescribedDetector, cases: readonly Row[]): Answer {
  const { needs, falsePositives, blindSpots, checks, techniques, nonHumanIdentityRisks: risks } = detector;
  const about = (kind: string, texts: readonly string[]): Row[] => texts.map((text) => ({ about: kind, text }));
  const words: Row[] = [
    ...about("needs", [needs]),
    ...about(
      "ATT&CK",
      techniques.map((technique) => `${technique} ${attackTechniques[technique] ?? ""}`.trim()),
    ),
    ...about(
      "OWASP NHI",
      risks.map((risk) => `${risk} ${nonHumanIdentityRisks[risk] ?? ""}`.trim()),
    ),
    ...about("raises it without harm", falsePositives),
    ...about("cannot see", blindSpots),
    ...about("to check", checks),
  ];
  return {
    main: "about",
    sections: [
      { id: "detector", title: "Detector", columns: cardColumns, rows: [detectorRow(detector)], whenEmpty: "", isCard: true },
      { id: "about", title: "What it says of itself", columns: aboutColumns, rows: words, whenEmpty: "" },
      { id: "cases", title: "Its cases", columns: caseColumns, rows: cases, whenEmpty: "None." },
    ],
  };
}

async function testDetectors(id: string | undefined, options: GlobalOptions, invocation: Invocation): Promise<void> {
  const { checkDetectorId, tryCases } = await catalogue();
  if (id !== undefined) checkDetectorId(id);
  const progress = new ProgressLine(invocation.terminal, options.quiet === true);
  const tried: TriedCase[] = [];
  for (const each of tryCases(id)) {
    tried.push(each);
    progress.show(() => `Trying cases  ${tried.length}  ${each.detector}`);
  }
  progress.clear();
  const failed = tried.filter(({ holds }) => !holds);
  if (failed.length > 0) invocation.exitCode = exitCodes.doesNotHold;
  const rows = tried.map((each) => ({ ...each, verdict: each.holds ? "holds" : "DOES NOT HOLD" }));
  await invocation.answer(
    { main: "cases", sections: [{ id: "cases", title: "Cases", columns: triedColumns, rows, whenEmpty: "It has no cases." }] },
    options,
  );
  const verdict = failed.length === 0 ? "all hold" : `${failed.length} ${failed.length === 1 ? "does" : "do"} not hold`;
  invocation.hint(`\n${count(tried.length, "case")}: ${verdict}.`, options);
}

const listColumns: readonly Column[] = [
  { key: "id", title: "detector", kind: "text" },
  { key: "title", title: "title", kind: "text" },
  { key: "mode", title: "mode", kind: "text" },
  { key: "aspect", title: "aspect", kind: "text" },
  { key: "techniques", title: "ATT&CK", kind: "list" },
  { key: "nhi_risks", title: "OWASP NHI", kind: "list" },
];

const shadowColumns: readonly Column[] = [
  { key: "id", title: "finding", kind: "text" },
  { key: "mode", title: "mode", kind: "text" },
  { key: "raised_ms", title: "raised", kind: "time" },
  { key: "bits", title: "bits", kind: "count" },
  { key: "identity", title: "identity", kind: "id" },
  { key: "why", title: "why", kind: "text" },
];

const cardColumns: readonly Column[] = listColumns.slice(0, 4);

const aboutColumns: readonly Column[] = [
  { key: "about", title: "about", kind: "text" },
  { key: "text", title: "text", kind: "text" },
];

const caseColumns: readonly Column[] = [
  { key: "expected", title: "expected", kind: "text" },
  { key: "says", title: "who does what", kind: "text" },
  { key: "because", title: "because", kind: "text" },
];

const triedColumns: readonly Column[] = [
  { key: "detector", title: "detector", kind: "text" },
  { key: "expected", title: "expected", kind: "text" },
  { key: "bits", title: "bits", kind: "count" },
  { key: "verdict", title: "verdict", kind: "text" },
  { key: "says", title: "who does what", kind: "text" },
];
