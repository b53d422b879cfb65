// `detectors list | explain | test`: which there are and in which mode, all that one says of itself, and whether their cases hold in this version.
import type { Command } from "commander";
import { attackTechniques } from "../../model/attack-techniques.ts";
import { nonHumanIdentityRisks } from "../../model/non-human-identity-risks.ts";
import type { DescribedDetector, TriedCase } from "../../pipeline/detector-catalogue.ts";
import { exitCodes } from "../exit-codes.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";
import type { Answer, Column, Row } from "../output/section.ts";
import { ProgressLine } from "../progress.ts";
import { count } from "../scan-report.ts";

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
