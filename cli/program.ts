// The command line as a whole: what it is called, the options that every command takes, and the commands.
// docs/cli.md is generated from here, so that --help and the document cannot disagree.
import { Command, InvalidArgumentError, Option } from "commander";
import { ConfigError } from "../model/errors.ts";
import { parseStoreLocation } from "../pipeline/store-location.ts";
import { visibleText } from "../runtime/visible-text.ts";
import { addAlerts } from "./commands/alerts.ts";
import { addBacktest } from "./commands/backtest.ts";
import { addBaseline } from "./commands/baseline.ts";
import { addBudget } from "./commands/budget.ts";
import { addConfig } from "./commands/config.ts";
import { addContract } from "./commands/contract.ts";
import { addDeliveries } from "./commands/deliveries.ts";
import { addDemo } from "./commands/demo.ts";
import { addDetect } from "./commands/detect.ts";
import { addDetectors } from "./commands/detectors.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addEstate } from "./commands/estate.ts";
import { addExplain } from "./commands/explain.ts";
import { addFinding } from "./commands/finding.ts";
import { addFindings } from "./commands/findings.ts";
import { addIdentities } from "./commands/identities.ts";
import { addIdentity } from "./commands/identity.ts";
import { addQuarantine } from "./commands/quarantine.ts";
import { addQuery } from "./commands/query.ts";
import { addScan } from "./commands/scan.ts";
import { addServe } from "./commands/serve.ts";
import { addToken } from "./commands/token.ts";
import { addVerifyDigests } from "./commands/verify-digests.ts";
import { addWho } from "./commands/who.ts";
import { exitCodeMeanings } from "./exit-codes.ts";
import type { Invocation } from "./invocation.ts";
import { outputFormats } from "./output/section.ts";
import { readVersion } from "./package-file.ts";

export function createProgram(invocation: Invocation): Command {
  const { stdout, stderr, workingFolder } = invocation.surroundings;
  const program = new Command("machinetrail")
    .description(
      "What did our machines do, and which of it is not normal? Audit logs of AWS, Azure, Google Cloud and Kubernetes, by non-human identity.",
    )
    .version(readVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(harmless(text)) })
    .exitOverride()
    .addOption(
      new Option("--store <dir-or-url>", "embedded store's folder, or a ClickHouse server's URL").argParser((text) =>
        checkStore(text, workingFolder),
      ),
    )
    .option("--config <file>", "configuration file (YAML)")
    .addOption(new Option("--output <format>", "form of the answer; csv and arrow hold the main table only").choices(outputFormats).default("table"))
    .option("--quiet", "no progress, no hints")
    .option("--no-color", "no colours (NO_COLOR=1 does the same)")
    .option("--verbose", "log what is done, and print where errors come from")
    .addHelpText("after", `\n${helpTail()}`);
  addDemo(program, invocation);
  addScan(program, invocation);
  addServe(program, invocation);
  addDetect(program, invocation);
  addFindings(program, invocation);
  addFinding(program, invocation);
  addAlerts(program, invocation);
  addDeliveries(program, invocation);
  addDetectors(program, invocation);
  addBudget(program, invocation);
  addBacktest(program, invocation);
  addIdentities(program, invocation);
  addIdentity(program, invocation);
  addBaseline(program, invocation);
  addContract(program, invocation);
  addWho(program, invocation);
  addQuery(program, invocation);
  addExplain(program, invocation);
  addQuarantine(program, invocation);
  addVerifyDigests(program, invocation);
  addEstate(program, invocation);
  addToken(program, invocation);
  addConfig(program, invocation);
  addDoctor(program, invocation);
  return program;
}

/** Messages quote the command line, and a shell puts file names there that others chose. */
function harmless(text: string): string {
  return text.split("\n").map(visibleText).join("\n");
}

function checkStore(text: string, workingFolder: string): string {
  try {
    parseStoreLocation(text, workingFolder);
    return text;
  } catch (error) {
    if (error instanceof ConfigError) throw new InvalidArgumentError(`It ${error.message}.`);
    throw error;
  }
}

function helpTail(): string {
  const codes = Object.entries(exitCodeMeanings).map(([code, meaning]) => `  ${code.padEnd(4)} ${meaning}`);
  return `Exit codes:\n${codes.join("\n")}`;
}
