// `doctor`: what is needed to run, checked one by one, and what to do where something is missing.
import { existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Command } from "commander";
import type { Config } from "../../pipeline/config.ts";
import { describeStoreLocation } from "../../pipeline/store-location.ts";
import { storeTotals } from "../../queries/store-totals.ts";
import { formatYamlProblem } from "../../runtime/yaml-file.ts";
import { exitCodes } from "../exit-codes.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";
import { formatBytes, formatCount } from "../output/time-text.ts";

interface Check {
  readonly check: string;
  readonly state: "ok" | "warn" | "fail";
  readonly detail: string;
  /** What to do; empty where nothing is. */
  readonly advice: string;
}

const lowDiskBytes = 5e9;
const embeddedPlatforms = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];

export function addDoctor(program: Command, invocation: Invocation): void {
  program
    .command("doctor")
    .description("check Node, the platform, the configuration, the store and the disk")
    .action(async (_, command: Command) => runDoctor(command.optsWithGlobals<GlobalOptions>(), invocation));
}

async function runDoctor(options: GlobalOptions, invocation: Invocation): Promise<void> {
  const checks: Check[] = [{ check: "node", state: "ok", detail: process.versions.node, advice: "" }];
  const { config, problems, file } = invocation.readConfig(options);
  checks.push(
    problems.length === 0
      ? { check: "configuration", state: "ok", detail: file ?? "no file; the defaults", advice: "" }
      : {
          check: "configuration",
          state: "fail",
          detail: problems.map((problem) => formatYamlProblem(file ?? "", problem)).join("; "),
          advice: "mend what is named",
        },
  );
  if (config !== undefined)
    checks.push(checkPlatform(config), ...(await checkStore(config, options, invocation)), ...checkDisk(config), checkRedactionKey(config));
  if (checks.some(({ state }) => state === "fail")) invocation.exitCode = exitCodes.failure;
  const columns = (["state", "check", "detail", "advice"] as const).map((key) => ({
    key,
    title: key === "advice" ? "what to do" : key,
    kind: "text" as const,
  }));
  await invocation.answer(
    { main: "checks", sections: [{ id: "checks", title: "Checks", columns, rows: checks.map((check) => ({ ...check })), whenEmpty: "" }] },
    options,
  );
}

function checkPlatform({ store }: Config): Check {
  const detail = `${process.platform}-${process.arch}`;
  if (store.kind === "server" || embeddedPlatforms.includes(detail)) return { check: "platform", state: "ok", detail, advice: "" };
  return {
    check: "platform",
    state: "fail",
    detail,
    advice: `the embedded store runs on ${embeddedPlatforms.join(", ")}; use a ClickHouse server: --store http://host:8123`,
  };
}

async function checkStore(config: Config, options: GlobalOptions, invocation: Invocation): Promise<Check[]> {
  const detail = describeStoreLocation(config.store);
  if (config.store.kind === "embedded" && !existsSync(config.store.folder)) {
    const engine = await checkEngine(config, options, invocation);
    return [engine, { check: "store", state: "ok", detail: `${detail}: not there yet`, advice: "the first scan makes it" }];
  }
  try {
    const totals = await invocation.withStore(config, options, (store) => store.query(storeTotals, {}));
    const [row] = totals;
    const held = row === undefined ? "empty" : `${formatCount(row.actions)} actions of ${formatCount(row.identities)} identities`;
    return [{ check: "store", state: "ok", detail: `${detail}: ${held}`, advice: "" }];
  } catch (error) {
    return [
      {
        check: "store",
        state: "fail",
        detail: (error as Error).message,
        advice: config.store.kind === "server" ? "is the server up, and are user and password right?" : "see the message",
      },
    ];
  }
}

/** Whether the embedded engine loads and answers, on a folder of its own. */
async function checkEngine(config: Config, options: GlobalOptions, invocation: Invocation): Promise<Check> {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-doctor-"));
  try {
    await invocation.withStore({ ...config, store: { kind: "embedded", folder } }, options, (store) => store.query(storeTotals, {}));
    return { check: "engine", state: "ok", detail: "the embedded ClickHouse loads and answers", advice: "" };
  } catch (error) {
    return {
      check: "engine",
      state: "fail",
      detail: (error as Error).message,
      advice: "run `npm ci` again with install scripts allowed, or use a ClickHouse server: --store http://host:8123",
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkDisk({ store }: Config): Check[] {
  if (store.kind === "server") return [];
  let folder = store.folder;
  while (!existsSync(folder) && path.dirname(folder) !== folder) folder = path.dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const freeBytes = bavail * bsize;
  const isLow = freeBytes < lowDiskBytes;
  return [
    {
      check: "disk",
      state: isLow ? "warn" : "ok",
      detail: `${formatBytes(freeBytes)} free at ${folder}`,
      advice: isLow ? "a million records take about 0.3 GB; make room, or name another folder with --store" : "",
    },
  ];
}

function checkRedactionKey({ redactionKey }: Config): Check {
  return redactionKey === undefined
    ? {
        check: "redaction key",
        state: "ok",
        detail: "made at the first scan and kept beside the store",
        advice: "set MACHINETRAIL_REDACTION_KEY where several machines write to one store, so that their digests join",
      }
    : { check: "redaction key", state: "ok", detail: "configured", advice: "" };
}
