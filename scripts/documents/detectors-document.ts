// docs/detectors.md: every detector with what it is about, what it needs and cannot see, and its cases, from the code that runs.
import { type Aspect, aspects, type Detector } from "../../detect/detector.ts";
import { type DetectorCase, quietBits, raisingBits } from "../../detect/detector-case.ts";
import { detectorCases } from "../../detect/detectors/case-registry.ts";
import { detectors } from "../../detect/detectors/registry.ts";
import { attackTechniques } from "../../model/attack-techniques.ts";
import { nonHumanIdentityRisks } from "../../model/non-human-identity-risks.ts";
import { generatedNote, markdownTable } from "./markdown.ts";

export function detectorsDocument(): string {
  return [
    "# Detectors",
    generatedNote,
    `${detectors.length} of them. How their bits come about and become alerts: [detection.md](detection.md). Each has an aspect; of one window the oddest detector of each aspect counts, and aspects add up.`,
    markdownTable(
      ["aspect", "what it speaks of"],
      aspects.filter((aspect) => detectors.some((detector) => detector.aspect === aspect)).map((aspect) => [aspect, aspectWords[aspect]]),
    ),
    markdownTable(
      ["detector", "aspect", "ATT&CK", "OWASP"],
      detectors.map(({ id, title, aspect, techniques, nonHumanIdentityRisks: risks }) => [
        `[${id}](#${id}): ${title}`,
        aspect,
        techniques.join(", "),
        risks.join(", "),
      ]),
    ),
    `The cases are run as tests, with the past that each says: what raises shows at least ${raisingBits} bits (one in ${2 ** raisingBits}), what is quiet at most ${quietBits} (one in ${2 ** quietBits}). ` +
      "Whether a window becomes an alert is decided later, by how odd it is among all windows of the estate.",
    ...detectors.flatMap(sectionsOf),
    "",
  ].join("\n\n");
}

const aspectWords: Readonly<Record<Aspect, string>> = {
  caller: "who calls: network, tool, credential",
  action: "what is done",
  object: "what it is done to, and where",
  amount: "how much of it",
  time: "when",
  lineage: "who handed what to whom",
};

function sectionsOf(detector: Detector): string[] {
  const { raises, staysQuiet } = detectorCases[detector.id] ?? { raises: [], staysQuiet: [] };
  return [
    `## ${detector.id}`,
    `${detector.title}. ${[...detector.techniques.map((id) => `${id} ${attackTechniques[id] ?? ""}`), ...detector.nonHumanIdentityRisks.map((id) => `${id} ${nonHumanIdentityRisks[id] ?? ""}`)].join("; ")}.`,
    [
      `- Needs: ${detector.needs}`,
      `- Benign, and raises it: ${detector.falsePositives.join(" ")}`,
      `- Cannot see: ${detector.blindSpots.join(" ")}`,
      `- To check: ${detector.checks.join(" ")}`,
    ].join("\n"),
    `Raises:\n\n${raises.map(caseLine).join("\n")}`,
    `Stays quiet:\n\n${staysQuiet.map(caseLine).join("\n")}`,
  ];
}

function caseLine({ says, because }: DetectorCase): string {
  return `- ${says} *${because}*`;
}
