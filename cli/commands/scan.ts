// `scan PATHS…`: reads files, folders and globs into the store, and says what came in.
import type { Command } from "commander";
import { Option } from "commander";
import { ConfigError } from "../../model/errors.ts";
import type { SourceConfig } from "../../pipeline/config.ts";
import { type ReceivedAt, receivedAtChoices } from "../../pipeline/ingest-messages.ts";
import { identitiesByType } from "../../queries/identities-by-type.ts";
import { exitCodes } from "../exit-codes.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";
import { programName } from "../package-file.ts";
import { ProgressLine } from "../progress.ts";
import { describeScan, scanObject, scanSections, total, typesSection } from "../scan-report.ts";

interface ScanOptions extends GlobalOptions {
  readonly cluster?: string;
  readonly account?: string;
  readonly receivedAt: ReceivedAt;
}

export function addScan(program: Command, invocation: Invocation): void {
  program
    .command("scan")
    .description("read audit logs into the store")
    .argument("[paths...]", "files, folders, globs; - for standard input; none: the sources of the configuration")
    .addOption(new Option("--cluster <name>", "Kubernetes cluster of records that do not name their own").conflicts("account"))
    .option("--account <id>", "account, subscription or project of records that do not name their own")
    .addOption(
      new Option("--received-at <clock>", "when records count as received; retention counts from then: for archives and replays of the past")
        .choices(receivedAtChoices)
        .default("now"),
    )
    .addHelpText("after", "\nReading the same again changes nothing. After Ctrl-C, the same command resumes.")
    .action(async (paths: string[], _, command: Command) => runScan(paths, command.optsWithGlobals<ScanOptions>(), invocation));
}

/** Other sources have no end: they are for `serve`. */
function filesOf(sources: readonly SourceConfig[]): string[] {
  const ofItsOwn = sources.find(({ type, defaultAccount, format }) => type === "files" && (defaultAccount ?? format) !== undefined);
  if (ofItsOwn !== undefined) {
    const what =
      ofItsOwn.defaultAccount === undefined ? "a format of its own; name its paths" : "a default_account of its own; name its paths and --account";
    throw new ConfigError(`scan: the source ${ofItsOwn.id} has ${what}, or read it with serve`);
  }
  return sources.flatMap(({ type, settings }) => (type === "files" && Array.isArray(settings.paths) ? settings.paths.map(String) : []));
}

async function runScan(paths: readonly string[], options: ScanOptions, invocation: Invocation): Promise<void> {
  const config = invocation.config(options, { defaultAccount: options.cluster ?? options.account });
  const named = paths.length > 0 ? paths : filesOf(config.sources);
  if (named.length === 0) throw new ConfigError("scan: no paths; name files, folders or globs, or add sources to the configuration");
  if (options.receivedAt === "file-time" && named.includes("-"))
    throw new ConfigError("scan: standard input has no file time; leave out --received-at, or scan the file itself");
  const { scan } = await import("../../pipeline/scan.ts");
  const signal = invocation.interruptible();
  const progress = new ProgressLine(invocation.terminal, options.quiet === true || options.output !== "table");
  await invocation.withStore(config, options, async (store) => {
    const summary = await scan({
      store,
      config,
      paths: named,
      receivedAt: options.receivedAt,
      signal,
      onProgress: (state) => progress.update(state),
    }).finally(() => progress.clear());
    const types = await store.query(identitiesByType, {});
    if (options.output === "table") {
      await invocation.terminal.write(`${describeScan(summary)}\n\n`);
      await invocation.answer({ main: "identities", sections: [...scanSections(summary), typesSection(types)] }, options);
      invocation.hint(`Next: ${programName} identities, ${programName} identity ID, ${programName} who --resource R`, options);
    } else if (options.output === "json" || options.output === "ndjson") {
      const indent = options.output === "json" ? 2 : undefined;
      await invocation.terminal.write(`${JSON.stringify(scanObject(summary, types), null, indent)}\n`);
    } else {
      await invocation.answer({ main: "identities", sections: [typesSection(types)] }, options);
    }
    if (summary.interrupted) invocation.exitCode = exitCodes.interrupted;
    else if (total(summary.rejected) > 0 || summary.filesSkipped.length > 0) invocation.exitCode = exitCodes.unreadableInput;
  });
}
