// `serve`: reads the sources of the configuration for as long as it runs, and tells findings as they come. Its log goes to standard error.
import { isDeepStrictEqual } from "node:util";
import type { Command } from "commander";
import type { HttpServerOptions } from "../../api/server.ts";
import { ConfigError } from "../../model/errors.ts";
import type { Finding } from "../../model/finding.ts";
import type { Config } from "../../pipeline/config.ts";
import type { DecisionDesk } from "../../pipeline/decision-desk.ts";
import type { LiveObserver, Live as LiveSources } from "../../pipeline/live.ts";
import type { PushIntake } from "../../pipeline/push-intake.ts";
import type { SourceStatus } from "../../pipeline/source-supervisor.ts";
import type { Log } from "../../runtime/log.ts";
import { formatYamlProblem } from "../../runtime/yaml-file.ts";
import { exitCodes } from "../exit-codes.ts";
import { findingLine, findingRow } from "../finding-report.ts";
import type { GlobalOptions, Invocation, OpenStore } from "../invocation.ts";
import { readVersion } from "../package-file.ts";

/** What an orchestrator leaves us before it kills: 30 s by default in Kubernetes and 10 s in Docker, which compose raises. */
const drainMs = 25_000;

export function addServe(program: Command, invocation: Invocation): void {
  program
    .command("serve")
    .description("read the sources of the configuration for as long as it runs, and tell findings as they come")
    .addHelpText("after", `\n${afterHelp}`)
    .action(async (_, command: Command) => serve(command.optsWithGlobals<GlobalOptions>(), invocation));
}

const afterHelp = `What goes on is written to standard error, a line of JSON each; findings go to standard output, as text or (--output ndjson) a line of JSON each.
On SIGHUP it reads the configuration again: sources and detection that changed are stopped in order and started anew, the others go on; one with problems is refused, and
the store stays the one of the start. On SIGTERM or Ctrl-C it reads nothing more, stores what was read and tells the sources so, within ${drainMs / 1000} s. What is not stored by then comes again.`;

/** @throws ConfigError where there is nothing to read, or the output cannot be written as it comes. */
async function serve(options: GlobalOptions, invocation: Invocation): Promise<void> {
  if (options.output !== "table" && options.output !== "ndjson")
    throw new ConfigError(`serve: --output ${options.output} is written when all is known; --output ndjson writes each finding as it comes`);
  const config = invocation.config(options);
  if (config.sources.length === 0)
    throw new ConfigError("serve: the configuration names no sources; add some under `sources`, or read files once with scan");
  const { terminal } = invocation;
  const log = invocation.log(options, "info");
  const { Live, commonGuarantee, guaranteeOf } = await import("../../pipeline/live.ts");
  const signal = invocation.interruptible("what is not stored yet comes again");
  const serveFrom = async (store: OpenStore): Promise<void> => {
    log.info({ store: store.location, guarantee: commonGuarantee }, "serving");
    for (const { id, type } of config.sources) log.info({ source: id, type, guarantee: `${commonGuarantee}; ${guaranteeOf(type)}` }, "source");
    const onFindings = async (findings: readonly Finding[]) => {
      for (const finding of findings)
        await terminal.writeLines(options.output === "ndjson" ? JSON.stringify(findingRow(finding)) : findingLine(finding));
    };
    const { ProcessHealth } = await import("../../pipeline/process-health.ts");
    const health = new ProcessHealth({ store, version: readVersion() });
    const { DecisionDesk } = await import("../../pipeline/decision-desk.ts");
    const { decideFinding } = await import("../../pipeline/decide-finding.ts");
    const decisions = new DecisionDesk((request, nowMs) => decideFinding(store, request, nowMs), config);
    const server = await startServer(config, { health, decisions, log });
    const { lend } = await import("../../pipeline/build.ts");
    const lending = await lend(store, config.store).catch(async (error: unknown) => {
      // A process that listens does not end.
      await server?.close();
      throw error;
    });
    const live = Live.start({ store, config, productVersion: readVersion(), observer: { ...logged(log), onFindings } });
    health.watch(live);
    let reloading = Promise.resolve();
    // One after the other, as they were asked for: what was written last is in force last.
    invocation.surroundings.onSignal("SIGHUP", () => {
      reloading = reloading.then(() => reload(live, config, { options, invocation, log, server, signal }));
    });
    await raised(signal);
    const stopped = live.stop(drainMs);
    // Beside the drain: what is pushed until it is closed waits in the spool for the next start.
    const closed = Promise.all([server?.close(), lending?.close()]);
    // Met below; the drain is not given up for it.
    closed.catch(() => undefined);
    if (await stopped) log.info("stopped; all that was read is stored");
    else {
      log.warn("stopped before all that was read was stored; the sources hand the rest over again");
      invocation.exitCode = exitCodes.interrupted;
    }
    await closed;
  };
  // It lends its store to others, so it must have it for itself.
  await invocation.withStore(config, options, serveFrom, { mayBorrow: false });
}

/** What is pushed goes to disk, so the server needs no source to run. Undefined where nobody asked for one. */
async function startServer(config: Config, around: Omit<HttpServerOptions, "http" | "push">): Promise<Listening | undefined> {
  const { health, decisions, log } = around;
  const { PushIntake } = await import("../../pipeline/push-intake.ts");
  const push = new PushIntake(config);
  if (!config.http.isWanted && push.sources.length === 0) return undefined;
  health.watchSpools(() => push.spooledBytes());
  const { startHttpServer } = await import("../../api/server.ts");
  const server = await startHttpServer({ http: config.http, push, ...around });
  log.info({ url: server.url }, "listening");
  return { push, decisions, renew: server.renew, close: server.close };
}

interface Listening {
  readonly push: PushIntake;
  readonly decisions: DecisionDesk;
  renew(tls: NonNullable<Config["http"]["tls"]>): void;
  close(): Promise<void>;
}

interface Serving {
  readonly options: GlobalOptions;
  readonly invocation: Invocation;
  readonly log: Log;
  readonly server: Listening | undefined;
  /** Raised where the process is about to end. */
  readonly signal: AbortSignal;
}

/** Never rejects: what is wrong with a new configuration is in the log, and the old one stays. */
async function reload(live: LiveSources, inForce: Config, { options, invocation, log, server, signal }: Serving): Promise<void> {
  if (signal.aborted) return;
  try {
    const { config, file, problems } = invocation.readConfig(options);
    const refusals = problems.map((problem) => formatYamlProblem(file ?? "", problem));
    if (config !== undefined) refusals.push(...refusalsOf(config, inForce, server !== undefined).map((what) => `${file ?? ""}: ${what}`));
    if (config === undefined || refusals.length > 0) {
      log.error({ problems: refusals }, "the configuration is refused; the one before stays in force");
      return;
    }
    // The certificate first: one that is none is refused before anything changes.
    if (config.http.tls !== undefined) server?.renew(config.http.tls);
    server?.decisions.reconfigure(config);
    await server?.push.reconfigure(config);
    log.info(await live.reload(config), "the configuration was read again");
  } catch (error) {
    log.error({ problems: [(error as Error).message] }, "the configuration is refused; the one before stays in force");
  }
}

/** What cannot change while the process goes on. */
function refusalsOf(config: Config, inForce: Config, isListening: boolean): string[] {
  const { tls, decisionTokens: _tokens, ...http } = config.http;
  const { tls: tlsInForce, decisionTokens: _tokensInForce, ...httpInForce } = inForce.http;
  const isListenerOther = !isDeepStrictEqual(http, httpInForce) || (tls === undefined) !== (tlsInForce === undefined);
  const needsListener = !isListening && config.sources.some(({ type }) => type === "http-push");
  return [
    ...(isDeepStrictEqual(config.store, inForce.store) ? [] : ["another store needs a restart"]),
    ...(config.sources.length === 0 ? ["names no sources"] : []),
    ...(isListenerOther ? ["another `http` needs a restart, but for its certificate and decision_tokens"] : []),
    ...(needsListener && !isListenerOther ? ["the first source of the kind http-push needs a restart"] : []),
  ];
}

function logged(log: Log): Omit<LiveObserver, "onFindings"> {
  let said = "";
  return {
    onSource: (status) => {
      // What is stopped has something to say where it failed.
      const isFailure = status.state === "failing" || (status.state === "stopped" && status.detail !== "");
      log[isFailure ? "warn" : "info"](describeSource(status), "source");
    },
    onGap: ({ id }, gap) => log.error({ source: id, ...gap }, "records of this source are missing: they were gone before they were read"),
    onWatchFailure: (error) => log.warn({ error: error.message }, "looking after the sources failed; it is tried again in a minute"),
    onAlertProblem: (message) => log.warn({ problem: message }, "alerts"),
    onDetection: ({ state, detail, report }) => {
      const parked = report?.parked.map(({ id, reason }) => `${id} ${reason}`) ?? [];
      const line = JSON.stringify([state, detail, parked]);
      if (line === said) return;
      said = line;
      log[state === "failing" || parked.length > 0 ? "warn" : "info"](
        { state, ...(detail !== "" && { detail }), ...(parked.length > 0 && { parked }) },
        "detection",
      );
    },
  };
}

function describeSource({ id, type, state, detail, counts, restarts }: SourceStatus): object {
  return { source: id, type, state, ...(detail !== "" && { detail }), records: counts.records, ...(restarts > 0 && { restarts }) };
}

function raised(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
