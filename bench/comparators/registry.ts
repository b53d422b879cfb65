// All comparators, each with its own key and with ours. A static list: what is compared can be grepped.
import type { AlertSource } from "../../detect/alert-source.ts";
import { chanceControl } from "./chance-control.ts";
import { elasticNewTerms, elasticNewTermsBroad } from "./elastic-new-terms.ts";
import { googleCsaVolume } from "./google-csa-volume.ts";
import { pantherActivitySlots } from "./panther-activity-slots.ts";
import { pantherZscore } from "./panther-zscore.ts";
import { sentinelFirstSeen } from "./sentinel-first-seen.ts";
import { splunkEscuDensity } from "./splunk-escu-density.ts";

export const comparators: readonly AlertSource[] = [
  ...elasticNewTerms,
  ...elasticNewTermsBroad,
  ...googleCsaVolume,
  ...splunkEscuDensity,
  ...pantherZscore,
  ...pantherActivitySlots,
  ...sentinelFirstSeen,
  chanceControl,
];
