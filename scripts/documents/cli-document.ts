// docs/cli.md: every command with its arguments and options, from the program itself.
import type { Argument, Command, Option } from "commander";
import { exitCodeMeanings } from "../../cli/exit-codes.ts";
import { Invocation } from "../../cli/invocation.ts";
import { createProgram } from "../../cli/program.ts";
import { generatedNote, markdownTable } from "./markdown.ts";

export function cliDocument(): string {
  const program = createProgram(
    new Invocation({
      argv: [],
      environment: {},
      workingFolder: "/",
      platform: "linux",
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      onSignal: () => undefined,
      exitNow: (code) => process.exit(code),
    }),
  );
  return [
    "# Command line",
    generatedNote,
    program.description(),
    "In a checkout, `npm start --` stands for `machinetrail`: `npm start -- identities --machines`.",
    "## Options of every command\n\nBefore or after the command's name.",
    optionTable(program.options),
    ...program.commands.flatMap((command) => commandSections(command, "machinetrail")),
    outputSection,
    environmentSection(),
    "## Exit codes",
    markdownTable(
      ["code", "meaning"],
      Object.entries(exitCodeMeanings).map(([code, meaning]) => [code, meaning]),
    ),
    "",
  ].join("\n\n");
}

function commandSections(command: Command, parent: string): string[] {
  const name = `${parent} ${command.name()}`;
  const parameters = command.registeredArguments;
  const usage = [name, ...parameters.map(usageOf), ...(command.options.length > 0 ? ["[options]"] : [])].join(" ");
  return [
    `## ${name}`,
    `${capitalized(command.description())}.`,
    ...(command.commands.length === 0 ? [`\`${usage}\``] : []),
    ...(parameters.length > 0
      ? [
          markdownTable(
            ["argument", "meaning"],
            parameters.map((argument) => [`\`${usageOf(argument)}\``, argument.description]),
          ),
        ]
      : []),
    ...(command.options.length > 0 ? [optionTable(command.options)] : []),
    ...command.commands.flatMap((child) => commandSections(child, name)),
  ];
}

function usageOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionTable(options: readonly Option[]): string {
  return markdownTable(
    ["option", "meaning"],
    options.map((option) => [`\`${option.flags}\``, `${option.description}${choicesOf(option)}${defaultOf(option)}`]),
  );
}

function choicesOf({ argChoices }: Option): string {
  return argChoices === undefined ? "" : `: ${argChoices.join(", ")}`;
}

function defaultOf({ defaultValue, defaultValueDescription }: Option): string {
  return defaultValue === undefined || typeof defaultValue === "boolean" ? "" : ` (default: ${defaultValueDescription ?? String(defaultValue)})`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const outputSection = `## Output

- \`table\` is for people: it fits the terminal (in a pipe, values are in full; \`COLUMNS\` sets a width). Control characters, escape sequences
  and bidi overrides of the records are written out (\`\\x1b\`, \`\\u202e\`), so that a name cannot act on the terminal.
- \`json\` is one value: an array of rows, or an object of such where the answer has several tables. \`scan\` and \`demo\` answer with one object.
  Times are milliseconds since 1970-01-01 UTC in keys that end in \`_ms\`; 0 means that no record says.
- \`ndjson\` is one object a line; where the answer has several tables, \`section\` names the line's own.
- \`csv\` is RFC 4180 with a header, of the main table. **Texts that start with \`=\`, \`+\`, \`-\`, \`@\`, tab or carriage return get a leading apostrophe**, because
  spreadsheets run them as formulas and names in logs are chosen by others; numbers and all other forms are exact.
- \`arrow\` is an Arrow IPC stream of the main table.

Answers go to standard output; progress, hints and errors to standard error. Progress is shown on a terminal only.`;

function environmentSection(): string {
  const rows = [
    ["`MACHINETRAIL_STORE`", "as `--store`, which goes before it"],
    ["`MACHINETRAIL_CONFIG`", "as `--config`, which goes before it"],
    ["`MACHINETRAIL_STORE_PASSWORD`, `MACHINETRAIL_STORE_PASSWORD_FILE`", "password on the ClickHouse server, or a file that holds it"],
    [
      "`MACHINETRAIL_REDACTION_KEY`, `MACHINETRAIL_REDACTION_KEY_FILE`",
      "key of the digests that stand for redacted secrets, or a file that holds it",
    ],
    [
      "`XDG_DATA_HOME`, `XDG_CONFIG_HOME`",
      "where the default store and the configuration (`machinetrail/config.yaml`) are; on macOS `~/Library/Application Support`",
    ],
    [
      "`XDG_CACHE_HOME`, `NODE_COMPILE_CACHE`",
      "where Node keeps what it compiled for the next command (`machinetrail/compiled`), or its own name for that; on macOS `~/Library/Caches`",
    ],
    ["`NO_COLOR`, `COLUMNS`, `TERM=dumb`", "no colours; width of tables; neither colours nor progress"],
  ];
  return `## Environment\n\n${markdownTable(["variable", "meaning"], rows)}`;
}
