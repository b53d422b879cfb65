// `quarantine`: what could not be read, by reason, with where one example stands.
import type { Command } from "commander";
import { Option } from "commander";
import { quarantineByReason } from "../../queries/quarantine-by-reason.ts";
import type { GlobalOptions, Invocation, OpenStore } from "../invocation.ts";
import type { Section } from "../output/section.ts";
import { parseLimit } from "./identities.ts";

interface QuarantineOptions extends GlobalOptions {
  readonly limit: number;
}

export function addQuarantine(program: Command, invocation: Invocation): void {
  program
    .command("quarantine")
    .description("list what could not be read, by reason, with where an example stands")
    .addOption(new Option("--limit <rows>", "reasons at most").argParser(parseLimit).default(100))
    .addHelpText("after", '\nThe records themselves: machinetrail query "SELECT origin, position, reason, raw FROM quarantine FINAL"')
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<QuarantineOptions>();
      await invocation.withStore(invocation.config(options), options, async (store) => {
        await invocation.answer({ main: "quarantine", sections: [await quarantineSection(store, options.limit)] }, options);
      });
    });
}

export async function quarantineSection(store: OpenStore, limit: number): Promise<Section> {
  return {
    id: "quarantine",
    title: "Could not be read",
    columns: [
      { key: "records", title: "records", kind: "count" },
      { key: "reason", title: "reason", kind: "text" },
      { key: "origins", title: "places", kind: "count" },
      { key: "example_origin", title: "for example in", kind: "id" },
      { key: "example_position", title: "at byte", kind: "count" },
      { key: "last_received_ms", title: "last read", kind: "time" },
    ],
    rows: await store.query(quarantineByReason, { limit }),
    whenEmpty: "Nothing: every record was read.",
  };
}
