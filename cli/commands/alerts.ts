// `alerts test SINK`: whether a sink takes what it is sent, with the settings and the checks of real alerts.
import type { Command } from "commander";
import { exitCodes } from "../exit-codes.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";
import { readVersion } from "../package-file.ts";

interface TestOptions extends GlobalOptions {
  readonly resume?: true;
}

export function addAlerts(program: Command, invocation: Invocation): void {
  const alerts = program.command("alerts").description("try out who is told of findings");
  alerts
    .command("test")
    .description("send a test message to a sink; ends with 1 where it does not arrive")
    .argument("<sink>", "id of a sink in the configuration")
    .option("--resume", "where it arrives, and the sink was parked or disabled, send to it again")
    .addHelpText("after", "\nThe message says that it is a test. The address is checked as for real alerts.")
    .action(async (sink: string, _, command: Command) => testSink(sink, command.optsWithGlobals<TestOptions>(), invocation));
}

async function testSink(sink: string, options: TestOptions, invocation: Invocation): Promise<void> {
  const config = invocation.config(options);
  const { resumeSink, trySink } = await import("../../pipeline/retry-delivery.ts");
  const { isDelivered, reason, configuration } = await trySink(config.alerts, sink, readVersion());
  if (!isDelivered) invocation.exitCode = exitCodes.failure;
  const isResumed =
    isDelivered &&
    options.resume === true &&
    (await invocation.withStore(config, options, (store) => resumeSink(store, sink, configuration, invocation.nowMs)));
  const row = { sink, is_delivered: isDelivered, reason, is_resumed: isResumed };
  if (options.output !== "table") {
    const section = { id: "test", title: "Test", columns: [{ key: "sink", title: "sink", kind: "text" } as const], rows: [row], whenEmpty: "" };
    return invocation.answer({ main: "test", sections: [section] }, options);
  }
  const resumed = isResumed ? " It is sent to again within a minute." : "";
  await invocation.terminal.writeLines(
    isDelivered ? `The test message reached ${sink}.${resumed}` : `The test message did not reach ${sink}: ${reason}.`,
  );
}
