// One run of the command line: parses, runs one command, turns whatever went wrong into a sentence and an exit code.
import { CommanderError } from "commander";
import { ConfigError, PermanentError, TransientError } from "../model/errors.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { type GlobalOptions, Invocation, type Surroundings } from "./invocation.ts";
import { readVersion } from "./package-file.ts";
import { createProgram } from "./program.ts";

export async function runCommandLine(surroundings: Surroundings): Promise<ExitCode> {
  const invocation = new Invocation(surroundings);
  const program = createProgram(invocation);
  try {
    await program.parseAsync([...surroundings.argv]);
    return invocation.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    explainFailure(error, invocation, program.opts<Partial<GlobalOptions>>().verbose === true);
    return exitCodes.failure;
  }
}

function explainFailure(error: unknown, { terminal }: Invocation, isVerbose: boolean): void {
  const isForeseen = error instanceof ConfigError || error instanceof PermanentError || error instanceof TransientError;
  if (isForeseen) {
    terminal.say(`error: ${error.message}`);
    if (error instanceof TransientError) terminal.say("The same command may succeed later.");
    if (isVerbose) terminal.say(stackOf(error));
    return;
  }
  terminal.say(
    "error: this is a bug in machinetrail, not in what you did; please report it with the lines below (look through them for names of yours first)",
  );
  terminal.say(`machinetrail ${readVersion()}, Node ${process.versions.node}, ${process.platform}-${process.arch}`);
  terminal.say(stackOf(error));
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
