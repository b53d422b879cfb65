// `deliveries [list] | retry ID`: what went to which sink and what became of it; and one that was given up, once more.
import { type Command, Option } from "commander";
import { type Delivery, deliveryStates } from "../../model/delivery.ts";
import { PermanentError } from "../../model/errors.ts";
import { deliveriesList } from "../../queries/deliveries-list.ts";
import { sinkHealth } from "../../queries/sink-health.ts";
import type { GlobalOptions, Invocation, OpenStore } from "../invocation.ts";
import type { Column, Row } from "../output/section.ts";
import { formatCount, formatTime } from "../output/time-text.ts";
import { programName } from "../package-file.ts";
import { parseLimit } from "./identities.ts";

interface DeliveriesOptions extends GlobalOptions {
  readonly sink?: string;
  readonly state?: (typeof deliveryStates)[number];
  readonly finding?: string;
  readonly limit: number;
}

const columns: readonly Column[] = [
  { key: "delivery_id", title: "delivery", kind: "text" },
  { key: "sink_id", title: "sink", kind: "text" },
  { key: "kind", title: "what", kind: "text" },
  { key: "finding_uid", title: "finding", kind: "text" },
  { key: "state", title: "state", kind: "text" },
  { key: "attempts", title: "tries", kind: "count" },
  { key: "at_ms", title: "ended, or next", kind: "time" },
  { key: "reason", title: "why", kind: "text" },
];
const sinkColumns: readonly Column[] = [
  { key: "sink_id", title: "sink", kind: "text" },
  { key: "state", title: "state", kind: "text" },
  { key: "since_ms", title: "since", kind: "time" },
  { key: "reason", title: "why", kind: "text" },
];

export function addDeliveries(program: Command, invocation: Invocation): void {
  const deliveries = program.command("deliveries").description("list what went to which alert sink, and send again what was given up");
  deliveries
    .command("list", { isDefault: true })
    .description("list deliveries, the latest first, and the sinks that do not take what they are sent")
    .option("--sink <id>", "only to this sink")
    .addOption(new Option("--state <state>", "only in this state").choices(deliveryStates))
    .option("--finding <id>", "only about this finding (its whole id)")
    .addOption(new Option("--limit <rows>", "deliveries at most").argParser(parseLimit).default(50))
    .action(async (_, command: Command) => listDeliveries(command.optsWithGlobals<DeliveriesOptions>(), invocation));
  deliveries
    .command("retry")
    .description("send one again that was given up or waits: at once, with all its tries before it")
    .argument("<id>", "its id, or the start of it that no other has")
    .action(async (id: string, _, command: Command) => retry(id, command.optsWithGlobals<GlobalOptions>(), invocation));
}

async function listDeliveries(options: DeliveriesOptions, invocation: Invocation): Promise<void> {
  const { sink, state, finding, limit } = options;
  const asked = { sink, states: state === undefined ? [] : [state], finding_uid: finding, limit };
  const { rows, sinks } = await invocation.withStore(invocation.config(options), options, async (store) => ({
    rows: await store.query(deliveriesList, asked),
    sinks: (await store.query(sinkHealth, {})).filter((health) => health.state !== "active"),
  }));
  const unwell = sinks.map(({ version: _, ...health }): Row => health);
  await invocation.answer(
    {
      main: "deliveries",
      sections: [
        { id: "deliveries", title: "Deliveries", columns, rows: rows.map(rowOf), whenEmpty: "Nothing was sent that fits." },
        ...(options.output === "table" && unwell.length === 0
          ? []
          : [{ id: "sinks", title: "Sinks that do not take what they are sent", columns: sinkColumns, rows: unwell, whenEmpty: "none" }]),
      ],
    },
    options,
  );
  const [first] = rows;
  if (first !== undefined && first.total > rows.length)
    invocation.hint(`\n${formatCount(rows.length)} of ${formatCount(first.total)} deliveries; --limit shows more.`, options);
}

function rowOf({ version: _, total: __, ...delivery }: Delivery & { readonly total: number }): Row {
  return { ...delivery, at_ms: delivery.ended_ms || delivery.next_ms };
}

async function retry(id: string, options: GlobalOptions, invocation: Invocation): Promise<void> {
  const { retryDelivery } = await import("../../pipeline/retry-delivery.ts");
  const delivery = await invocation.withStore(invocation.config(options), options, async (store) => {
    const found = await findDelivery(store, id);
    if (found.state === "delivered") throw new PermanentError(`deliveries retry ${id}: it was delivered at ${formatTime(found.ended_ms)}`);
    if (found.state === "folded") throw new PermanentError(`deliveries retry ${id}: it was not meant to be sent by itself (${found.reason})`);
    await retryDelivery(store, found, invocation.nowMs);
    return found;
  });
  const { delivery_id, sink_id } = delivery;
  if (options.output === "table")
    return invocation.terminal.writeLines(`Delivery ${delivery_id} to ${sink_id} is due now: ${programName} serve or detect --follow sends it.`);
  const section = { id: "delivery", title: "Delivery", columns: [], rows: [{ delivery_id, sink_id, state: "pending" }], whenEmpty: "" };
  await invocation.answer({ main: "delivery", sections: [section] }, options);
}

/** @throws PermanentError where none or several begin so. */
async function findDelivery(store: OpenStore, id: string): Promise<Delivery> {
  const wanted = id.toLowerCase().slice(0, 64);
  const [found, another] = wanted === "" ? [] : await store.query(deliveriesList, { uid_prefix: wanted, limit: 2 });
  if (found === undefined) throw new PermanentError(`deliveries retry ${id}: there is none of this id; \`${programName} deliveries\` lists them`);
  if (another !== undefined) throw new PermanentError(`deliveries retry ${id}: several begin so; give more of its id`);
  const { total: _, ...delivery } = found;
  return delivery;
}
