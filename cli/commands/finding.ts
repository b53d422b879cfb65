// `finding ID`: the story of one finding.
import type { Command } from "commander";
import { findFinding } from "../find-finding.ts";
import { findingStory, storyAnswer, storyHead, storyTail } from "../finding-story.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";

export function addFinding(program: Command, invocation: Invocation): void {
  program
    .command("finding")
    .description("tell one finding: why it was raised, what is normal, the chain, the events, what to check")
    .argument("<id>", "its id, or the start of it that no other has")
    .addHelpText("after", "\ncsv and arrow hold the events; json and ndjson hold all.")
    .action(async (id: string, _, command: Command) => tellStory(id, command.optsWithGlobals<GlobalOptions>(), invocation));
}

async function tellStory(id: string, options: GlobalOptions, invocation: Invocation): Promise<void> {
  await invocation.withStore(invocation.config(options), options, async (store) => {
    const finding = await findFinding(store, id, invocation.nowMs);
    const story = await findingStory(store, finding);
    const isTable = options.output === "table";
    if (isTable) await invocation.terminal.writeLines(`${storyHead(finding)}\n`);
    await invocation.answer(storyAnswer(story, isTable), options);
    if (isTable) await invocation.terminal.writeLines(`\n${storyTail(finding)}`);
  });
}
