// `config validate | print | schema`: is the configuration right, what is in force and from where, what may stand in it.
import type { Command } from "commander";
import { z } from "zod";
import { configFileSchema } from "../../pipeline/config-schema.ts";
import { formatYamlProblem } from "../../runtime/yaml-file.ts";
import { detectionSettings } from "../detection-settings.ts";
import { exitCodes } from "../exit-codes.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";

export function addConfig(program: Command, invocation: Invocation): void {
  const config = program.command("config").description("check, print and describe the configuration");
  config
    .command("validate")
    .description("check the configuration file, the environment and the options")
    .action(async (_, command: Command) => validateConfig(command.optsWithGlobals<GlobalOptions>(), invocation));
  config
    .command("print")
    .description("print what is in force and where each value comes from; secrets are masked")
    .action(async (_, command: Command) => printConfig(command.optsWithGlobals<GlobalOptions>(), invocation));
  config
    .command("schema")
    .description("print the JSON Schema of the configuration file, for editors")
    .action(async () => invocation.terminal.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`));
}

export function configJsonSchema(): object {
  return z.toJSONSchema(configFileSchema, { io: "input" });
}

async function validateConfig(options: GlobalOptions, invocation: Invocation): Promise<void> {
  const { problems, file, config } = invocation.readConfig(options);
  if (problems.length > 0) invocation.exitCode = exitCodes.failure;
  if (config !== undefined) detectionSettings(config, options, invocation);
  if (options.output === "table") {
    const name = file ?? "";
    const text =
      problems.length === 0
        ? `${file ?? "No configuration file; the defaults"}: valid.`
        : problems.map((problem) => formatYamlProblem(name, problem)).join("\n");
    return invocation.terminal.writeLines(text);
  }
  const columns = (["line", "column", "key", "message"] as const).map((key) => ({
    key,
    title: key,
    kind: key === "line" || key === "column" ? ("count" as const) : ("text" as const),
  }));
  await invocation.answer(
    {
      main: "problems",
      sections: [{ id: "problems", title: "Problems", columns, rows: problems.map((problem) => ({ ...problem })), whenEmpty: "valid" }],
    },
    options,
  );
}

async function printConfig(options: GlobalOptions, invocation: Invocation): Promise<void> {
  const { settings, problems, file, config } = invocation.readConfig(options);
  if (config !== undefined) detectionSettings(config, options, invocation);
  const rows = settings.map(({ key, value, origin }) => ({ key, value: value ?? null, origin }));
  const columns = [
    { key: "key", title: "key", kind: "text" as const },
    { key: "value", title: "value", kind: "id" as const },
    { key: "origin", title: "from", kind: "text" as const },
  ];
  await invocation.answer(
    {
      main: "settings",
      sections: [{ id: "settings", title: "Settings", columns, rows: options.output === "table" ? rows.map(shown) : rows, whenEmpty: "" }],
    },
    options,
  );
  if (problems.length === 0) return;
  invocation.exitCode = exitCodes.failure;
  for (const problem of problems) invocation.terminal.say(formatYamlProblem(file ?? "", problem));
}

function shown({ key, value, origin }: { key: string; value: unknown; origin: string }): { key: string; value: string; origin: string } {
  const isNothing = value === null || value === "" || (Array.isArray(value) && value.length === 0);
  return { key, value: isNothing ? "(none)" : typeof value === "object" ? JSON.stringify(value) : String(value), origin };
}
