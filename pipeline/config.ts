// The configuration as the program works with it: file, environment and options in one, each value with where it came from.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { DetectionSettings } from "../detect/settings.ts";
import { ConfigError } from "../model/errors.ts";
import type { FormatId } from "../model/identity-action.ts";
import type { NetworkRange } from "../normalize/network.ts";
import { formatYamlProblem, readYaml, type YamlProblem } from "../runtime/yaml-file.ts";
import { type AlertSettings, type AlertsFile, alertProblems, alertSettings, usualOldestHours } from "./alert-config.ts";
import { type ConfigFile, configFileSchema, redactionKeyForm, redactionKeySentence } from "./config-schema.ts";
import { type DetectionFile, detectionSettings } from "./detection-config.ts";
import { type HttpConfig, httpConfig } from "./http-config.ts";
import { withoutLineEnd } from "./secret-values.ts";
import { describeStoreLocation, parseStoreLocation, type StoreLocation } from "./store-location.ts";

export interface SourceConfig {
  readonly id: string;
  /** As in ingest/sources/registry.ts. */
  readonly type: string;
  /** Of its records that do not name their own; absent: the one of all sources. */
  readonly defaultAccount?: string;
  /** Of its records, where it takes no other. */
  readonly format?: FormatId;
  /** As its schema gives them; paths of files are absolute. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Values of the environment variables that the settings name. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Config {
  readonly store: StoreLocation;
  /** 64 hexadecimal digits. Undefined where none was given: then one is made once and kept in the data folder. */
  readonly redactionKey: string | undefined;
  readonly networkRanges: readonly NetworkRange[];
  /** `oidcIssuer`: host and path, no scheme, no slash at the end. */
  readonly clusters: readonly { readonly name: string; readonly oidcIssuer: string }[];
  readonly defaultAccount: string;
  readonly sources: readonly SourceConfig[];
  /** Undefined: by the number of cores. */
  readonly workers: number | undefined;
  readonly detection: DetectionSettings;
  readonly http: HttpConfig;
  readonly alerts: AlertSettings;
  /** Folder for what is kept between runs and is no store. */
  readonly dataFolder: string;
}

/** One line of `config print`. */
interface Setting {
  readonly key: string;
  /** As it would be written; secrets masked. */
  readonly value: unknown;
  /** "default", "<file>:<line>", "environment NAME", or the option. */
  readonly origin: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigInputs {
  /** From --config; otherwise MACHINETRAIL_CONFIG, otherwise the user's configuration folder, where it exists. */
  readonly file?: string | undefined;
  readonly environment: Environment;
  readonly workingFolder: string;
  readonly platform: NodeJS.Platform;
  /** Options of the command line, which go before everything else. */
  readonly store?: string | undefined;
  readonly defaultAccount?: string | undefined;
}

export interface LoadedConfig {
  /** Undefined where there are problems. */
  readonly config: Config | undefined;
  readonly settings: readonly Setting[];
  /** The file that was read; undefined where there is none. */
  readonly file: string | undefined;
  readonly problems: readonly YamlProblem[];
}

/** @throws ConfigError listing every problem. */
export function loadConfig(inputs: ConfigInputs): Config {
  const { config, problems, file } = readConfig(inputs);
  if (config !== undefined && problems.length === 0) return config;
  throw new ConfigError(problems.map((problem) => formatYamlProblem(file ?? "", problem)).join("\n"));
}

/** @throws ConfigError when a file that was asked for cannot be read. */
export function readConfig(inputs: ConfigInputs): LoadedConfig {
  const file = findConfigFile(inputs);
  const yaml = readYaml(file === undefined ? "" : readText(file, "--config"));
  const checked = yaml.check(configFileSchema, "the configuration");
  const values: ConfigFile = checked.values ?? { sources: [] };
  const resolver = new Resolver(inputs, file, yaml.lineOf, checked.problems);
  const config = checked.values === undefined ? undefined : resolver.resolve(values);
  return { config: resolver.problems.length === 0 ? config : undefined, settings: resolver.settings, file, problems: resolver.problems };
}

/** Where this user's stores are kept by default. */
function dataFolderOf(environment: Environment, platform: NodeJS.Platform): string {
  const home = environment.HOME || homedir();
  const base =
    environment.XDG_DATA_HOME || (platform === "darwin" ? path.join(home, "Library", "Application Support") : path.join(home, ".local", "share"));
  return path.resolve(base, "machinetrail");
}

function findConfigFile({ file, environment, workingFolder, platform }: ConfigInputs): string | undefined {
  const named = file ?? environment.MACHINETRAIL_CONFIG;
  if (named !== undefined && named !== "") return path.resolve(workingFolder, named);
  const home = environment.HOME || homedir();
  const base =
    environment.XDG_CONFIG_HOME || (platform === "darwin" ? path.join(home, "Library", "Application Support") : path.join(home, ".config"));
  const usual = path.resolve(base, "machinetrail", "config.yaml");
  try {
    readFileSync(usual);
    return usual;
  } catch (error) {
    // Absent is the normal case; one that is there and cannot be read must not be passed over in silence.
    return (error as NodeJS.ErrnoException).code === "ENOENT" || (error as NodeJS.ErrnoException).code === "ENOTDIR" ? undefined : usual;
  }
}

function readText(file: string, from: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason =
      code === "ENOENT"
        ? "there is no such file"
        : code === "EACCES"
          ? "no permission to read it"
          : code === "EISDIR"
            ? "it is a folder"
            : `it cannot be read (${code})`;
    throw new ConfigError(`${from} ${file}: ${reason}`, { cause });
  }
}

const mask = "********";

/** Brings file, environment and options together, and notes where every value came from. */
class Resolver {
  readonly settings: Setting[] = [];
  readonly problems: YamlProblem[];
  readonly #inputs: ConfigInputs;
  readonly #file: string | undefined;
  readonly #lineOf: (path: readonly PropertyKey[]) => number;

  constructor(inputs: ConfigInputs, file: string | undefined, lineOf: (path: readonly PropertyKey[]) => number, problems: readonly YamlProblem[]) {
    this.#inputs = inputs;
    this.#file = file;
    this.#lineOf = lineOf;
    this.problems = [...problems];
  }

  resolve(values: ConfigFile): Config | undefined {
    const dataFolder = dataFolderOf(this.#inputs.environment, this.#inputs.platform);
    const store = this.#store(values, dataFolder);
    const redactionKey = this.#secret("redaction.key", "MACHINETRAIL_REDACTION_KEY", values.redaction?.key, values.redaction?.key_file);
    if (redactionKey !== undefined && !redactionKeyForm.test(redactionKey)) {
      this.#problem("redaction.key", redactionKeySentence);
    }
    const networkRanges = this.#plain("network.ranges", values.network?.ranges, []) as readonly NetworkRange[];
    const clusters = this.#plain("kubernetes.clusters", values.kubernetes?.clusters, []);
    const defaultAccount =
      this.#option("default_account", "--account", this.#inputs.defaultAccount) ?? this.#plain("default_account", values.default_account, "");
    const sources = this.#sources(values);
    const workers = this.#plain("ingest.workers", values.ingest?.workers, undefined);
    const detection = this.#detection(values.detection ?? {});
    const http = this.#http(values.http);
    const alerts = this.#alerts(values.alerts);
    if (store === undefined) return undefined;
    return {
      store,
      redactionKey,
      networkRanges,
      clusters: clusters.map(({ name, oidc_issuer }) => ({ name, oidcIssuer: oidc_issuer.replace(/^https:\/\//, "").replace(/\/+$/, "") })),
      defaultAccount,
      sources,
      workers,
      detection,
      http,
      alerts,
      dataFolder,
    };
  }

  #store(values: ConfigFile, dataFolder: string): StoreLocation | undefined {
    const { environment, workingFolder } = this.#inputs;
    const fromEnvironment = environment.MACHINETRAIL_STORE || undefined;
    const [text, origin, folder] =
      this.#inputs.store !== undefined
        ? [this.#inputs.store, "--store", workingFolder]
        : fromEnvironment !== undefined
          ? [fromEnvironment, "environment MACHINETRAIL_STORE", workingFolder]
          : values.store?.location !== undefined
            ? [values.store.location, this.#originOf("store.location"), this.#configFolder()]
            : [path.join(dataFolder, "store"), "default", workingFolder];
    const password = this.#secret("store.password", "MACHINETRAIL_STORE_PASSWORD", values.store?.password, values.store?.password_file);
    const given = values.store?.cluster;
    const cluster = given && { name: given.name, isReplicated: given.replicated, ddl: given.ddl };
    try {
      if (text === "") throw new ConfigError("must not be empty; name a folder or a URL");
      const location = parseStoreLocation(text, folder, { user: values.store?.user, password }, cluster);
      this.settings.unshift({ key: "store.location", value: describeStoreLocation(location), origin });
      if (location.kind === "server") this.settings.push({ key: "store.user", value: location.user, origin: this.#originOf("store.user") });
      if (cluster !== undefined) this.settings.push({ key: "store.cluster", value: cluster, origin: this.#originOf("store.cluster") });
      return location;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      if (origin.startsWith("--") || origin.startsWith("environment"))
        this.problems.push({ line: 0, column: 0, key: origin.replace("environment ", ""), message: error.message });
      else this.#problem("store.location", error.message);
      return undefined;
    }
  }

  #detection(values: DetectionFile): DetectionSettings {
    const settings = detectionSettings(values);
    this.#plain("detection.budget", values.budget, settings.budget);
    this.#plain("detection.detectors", values.detectors, settings.modes);
    this.#plain("detection.maturity.from", values.maturity?.from, settings.fromMaturity);
    this.#plain("detection.maturity.active_days", values.maturity?.active_days, settings.activeDays);
    this.#plain("detection.key_age_days", values.key_age_days, settings.keyAgeDays);
    this.#plain("detection.sensitivity", values.sensitivity, []);
    this.#plain("detection.exceptions", values.exceptions, []);
    return settings;
  }

  #http(values: ConfigFile["http"]): HttpConfig {
    const environment: Record<string, string> = {};
    const given = this.#referenced("http", values, environment);
    const settings = httpConfig(values, (name, reference) =>
      "env" in reference
        ? (environment[reference.env] ?? "")
        : (this.#secretFile(`http.tls.${name}.file`, path.resolve(this.#configFolder(), reference.file)) ?? ""),
    );
    this.settings.push({ key: "http", value: given ?? { listen: `${settings.host}:${settings.port}` }, origin: this.#originOf("http") });
    return settings;
  }

  #alerts(values: AlertsFile | undefined): AlertSettings {
    const file = values ?? { sinks: [], routes: [], environments: [], allow_hosts: [] };
    for (const { key, message } of alertProblems(file)) this.#problem(key, message);
    const environment: Record<string, string> = {};
    const sinks = file.sinks.map((sink, index) => {
      const resolved = this.#referenced(`alerts.sinks[${index}]`, sink, environment) as AlertsFile["sinks"][number];
      const files = Object.entries(resolved).filter(([name, value]) => (name === "path" || name === "ca_file") && typeof value === "string");
      return { ...resolved, ...Object.fromEntries(files.map(([name, value]) => [name, path.resolve(this.#configFolder(), String(value))])) };
    });
    const referenced = this.#referenced("alerts.slack_signing_secret", file.slack_signing_secret, environment);
    for (const key of ["sinks", "routes", "environments", "allow_hosts"] as const) this.#plain(`alerts.${key}`, values?.[key], []);
    this.#plain("alerts.oldest_hours", values?.oldest_hours, usualOldestHours);
    this.#plain("alerts.console_url", values?.console_url, undefined);
    this.#plain("alerts.tell", values?.tell, undefined);
    return alertSettings({ ...file, sinks, slack_signing_secret: referenced as AlertsFile["slack_signing_secret"] }, environment);
  }

  #sources(values: ConfigFile): SourceConfig[] {
    const seen = new Set<string>();
    const sources = values.sources.map(({ id, type, default_account: defaultAccount, format, ...given }, index): SourceConfig => {
      const key = `sources[${index}]`;
      if (seen.has(id)) this.#problem(`${key}.id`, "is used by two sources; give each its own");
      seen.add(id);
      const environment: Record<string, string> = {};
      const settings = this.#referenced(key, type === "files" ? { ...given, paths: this.#paths(given) } : given, environment);
      const common = { id, type, ...(defaultAccount !== undefined && { defaultAccount }), ...(format !== undefined && { format }) };
      return { ...common, settings: settings as SourceConfig["settings"], environment };
    });
    const shown = sources.map(({ id, type, defaultAccount, format, settings }) => ({
      ...{ id, type },
      ...(defaultAccount !== undefined && { default_account: defaultAccount }),
      ...(format !== undefined && { format }),
      ...settings,
    }));
    this.settings.push({ key: "sources", value: shown, origin: this.#originOf("sources") });
    return sources;
  }

  #paths(given: Readonly<Record<string, unknown>>): string[] {
    const { paths } = given;
    return Array.isArray(paths) ? paths.map((entry) => path.resolve(this.#configFolder(), String(entry))) : [];
  }

  /** References to secrets (ingest/secret-reference.ts), wherever they stand: files by their absolute path, and what the variables hold. */
  #referenced(key: string, value: unknown, environment: Record<string, string>): unknown {
    if (Array.isArray(value)) return value.map((item, index) => this.#referenced(`${key}[${index}]`, item, environment));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value);
    const [[name, target] = []] = entries;
    if (entries.length === 1 && typeof target === "string" && name === "file") {
      const file = path.resolve(this.#configFolder(), target);
      this.#secretFile(`${key}.file`, file);
      return { file };
    }
    if (entries.length === 1 && typeof target === "string" && name === "env") {
      const held = this.#inputs.environment[target];
      if (held === undefined || held === "") this.#problem(`${key}.env`, `names the variable ${target}, which is not set; set it, or name another`);
      else environment[target] = held;
      return value;
    }
    return Object.fromEntries(entries.map(([member, inner]) => [member, this.#referenced(`${key}.${member}`, inner, environment)]));
  }

  #plain<Value, Default>(key: string, value: Value | undefined, fallback: Default): Value | Default {
    this.settings.push({ key, value: value ?? fallback, origin: this.#originOf(key) });
    return value ?? fallback;
  }

  #option(key: string, name: string, value: string | undefined): string | undefined {
    if (value !== undefined) this.settings.push({ key, value, origin: name });
    return value;
  }

  /** A secret comes from one place: the variable, the file that the variable names, the key, or the file that the key names. */
  #secret(key: string, variable: string, value: string | undefined, file: string | undefined): string | undefined {
    const { environment, workingFolder } = this.#inputs;
    const direct = environment[variable] || undefined;
    const viaFile = environment[`${variable}_FILE`] || undefined;
    if (direct !== undefined && viaFile !== undefined)
      this.problems.push({ line: 0, column: 0, key: `${variable}_FILE`, message: `and ${variable} are both set; unset one` });
    if (value !== undefined && file !== undefined) this.#problem(`${key}_file`, `and ${key} are both set; remove one`);
    const [secret, origin] =
      direct !== undefined
        ? [direct, `environment ${variable}`]
        : viaFile !== undefined
          ? [this.#secretFile(`${variable}_FILE`, path.resolve(workingFolder, viaFile)), `environment ${variable}_FILE`]
          : value !== undefined
            ? [value, this.#originOf(key)]
            : file !== undefined
              ? [this.#secretFile(`${key}_file`, path.resolve(this.#configFolder(), file)), this.#originOf(`${key}_file`)]
              : [undefined, "default"];
    this.settings.push({ key, value: secret === undefined ? undefined : mask, origin });
    return secret;
  }

  #secretFile(from: string, file: string): string | undefined {
    try {
      return withoutLineEnd(readText(file, from));
    } catch (error) {
      this.#problem(from, (error as Error).message.slice(from.length + 1));
      return undefined;
    }
  }

  #problem(key: string, message: string): void {
    const line = this.#lineOf(keyPath(key));
    this.problems.push({ line, column: line === 0 ? 0 : 1, key, message });
  }

  #originOf(key: string): string {
    const line = this.#lineOf(keyPath(key));
    return line === 0 ? "default" : `${this.#file}:${line}`;
  }

  #configFolder(): string {
    return this.#file === undefined ? this.#inputs.workingFolder : path.dirname(this.#file);
  }
}

function keyPath(key: string): (string | number)[] {
  return key
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
