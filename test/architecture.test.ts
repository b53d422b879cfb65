// The rules of the house that no compiler holds: who may import whom, where the engines' libraries may stand, that every
// file says what it is, and that nobody opens a drawer for odds and ends.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..");

const processServices = ["model", "runtime"];
const questions = ["queries"];
const stages = ["ingest", "normalize", "storage", "alert"];
const analysis = ["detect", "report"];

/** Folder: whose files it may import, its own apart. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  runtime: ["model"],
  queries: ["model"],
  ...Object.fromEntries(stages.map((stage) => [stage, processServices])),
  ...Object.fromEntries(analysis.map((folder) => [folder, [...processServices, ...questions]])),
  pipeline: [...processServices, ...questions, ...stages, ...analysis],
  api: [...processServices, ...questions, "report", "pipeline"],
  // The generator shares no code with what it tests.
  estate: processServices,
  cli: [...processServices, ...questions, "report", "pipeline", "api", "estate"],
};

/** Library: the only folder that may import it. */
const fences: Readonly<Record<string, string>> = {
  chdb: "storage",
  "@clickhouse/client": "storage",
  "apache-arrow": "storage",
  kafkajs: "ingest",
  commander: "cli",
  fastify: "api",
};
/** What may cross a fence, by name: alerts go to Kafka, too. */
const gates: Readonly<Record<string, readonly string[]>> = { kafkajs: ["alert/sinks/kafka.ts"] };
const fencedFamilies: readonly { readonly prefix: string; readonly folder: string }[] = [
  { prefix: "@aws-sdk/", folder: "ingest" },
  { prefix: "@azure/", folder: "ingest" },
  { prefix: "@google-cloud/", folder: "ingest" },
];

/** What opens connections, or starts something that could: file, and what it may import of it. A new row is a promise to review. */
const reachesOut =
  /^(?:node:)?(?:net|tls|https?|http2|dgram|dns|dns\/promises|child_process|cluster|inspector|module)$|^(?:undici|ws|axios|got|fastify|jose|nodemailer)$/;
const mayReachOut: Readonly<Record<string, readonly string[]>> = {
  // Only to have Node keep what it compiled; connects to nobody.
  "cli/compile-cache.ts": ["node:module"],
  // The one way out of alerts over HTTP: it checks each address that it connects to.
  "alert/http-client.ts": ["undici"],
  // The same for what is not HTTP; the sinks syslog, email and kafka connect through it.
  "alert/guarded-socket.ts": ["node:dns", "node:net", "node:tls"],
  "alert/sinks/email.ts": ["nodemailer"],
  // The system's certificate authorities, beside those that a configuration names; connects to nobody.
  "alert/certificate-authorities.ts": ["node:tls"],
  // Judges whether a text is an address; connects to nothing.
  "pipeline/config-schema.ts": ["node:net"],
  // A socket in the store's folder, between processes of one user.
  "storage/engines/lending.ts": ["node:http"],
  "storage/engines/lent-store.ts": ["node:http"],
  // The token endpoint of OAUTHBEARER, and types of the TLS options that kafkajs takes.
  "ingest/sources/kafka-authentication.ts": ["node:tls", "undici"],
  "ingest/sources/kafka-transport.ts": ["node:tls"],
  // Asks the configured management interface, and no host that an answer names.
  "ingest/sources/azure-activity-list.ts": ["undici"],
  "pipeline/http-config.ts": ["node:net"],
  // Listens where `http.listen` says, and connects to nobody; the others know its types.
  "api/server.ts": ["fastify", "node:tls"],
  "api/route.ts": ["fastify"],
  "api/push/push-route.ts": ["fastify"],
  "api/routes/push/firehose.ts": ["fastify"],
  "api/routes/push/otlp.ts": ["fastify"],
  // Asks the configured URL of an issuer's keys.
  "api/push/pubsub-token.ts": ["jose"],
};
const reachingGlobals = /\b(?:fetch|WebSocket|EventSource|XMLHttpRequest|createRequire|getBuiltinModule)\b\s*[(.]|\brequire\(/;
/** Table functions and engines by which ClickHouse itself would connect. */
const reachingSql =
  /\b(?:url|urlCluster|s3\w*|gcs|azureBlobStorage\w*|hdfs\w*|remote|remoteSecure|cluster|clusterAllReplicas|mysql|postgresql|mongodb|redis|kafka|nats|rabbitmq|iceberg\w*|deltaLake\w*|hudi\w*|jdbc|odbc|sqlite|executable)\s*\(/i;

const forbiddenNames = /^(utils?|helpers?|common|misc|shared|lib)(\.|$)/;
const outsideTheTable = new Set(["test", "bench", "scripts"]);
const passedOver = new Set(["node_modules", "dist", ".git", "examples", "docs"]);

interface SourceFile {
  readonly name: string;
  readonly folder: string;
  readonly text: string;
}

function sourceFiles(): SourceFile[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((name) => !name.split(path.sep).some((part) => passedOver.has(part)))
    .map((name) => ({
      name,
      folder: name.includes(path.sep) ? (name.split(path.sep)[0] ?? "") : "",
      text: readFileSync(path.join(root, name), "utf8"),
    }));
}

const files = sourceFiles();

/** Static, type-only and dynamic imports, and re-exports. */
function importsOf({ text }: SourceFile): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map(([, specifier]) => specifier ?? "");
}

function folderOfImport(file: SourceFile, specifier: string): string {
  const target = path.relative(root, path.resolve(root, path.dirname(file.name), specifier));
  return target.includes(path.sep) ? (target.split(path.sep)[0] ?? "") : "";
}

test("the rules see the files that they are about", () => {
  expect(files.length).toBeGreaterThan(50);
  for (const folder of ["model", "ingest", "normalize", "storage", "queries", "detect", "pipeline", "api", "cli", "test"]) {
    expect(files.filter((file) => file.folder === folder).length, folder).toBeGreaterThan(0);
  }
});

describe.each(files.filter(({ folder }) => folder !== "" && !outsideTheTable.has(folder)))("$name", (file) => {
  test("imports only from the folders that its own may use", () => {
    const allowed = mayImport[file.folder];
    expect(allowed, `${file.folder} has no row in the table`).toBeDefined();
    const folders = importsOf(file)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => folderOfImport(file, specifier))
      .filter((folder) => folder !== file.folder);
    expect(folders.filter((folder) => !(allowed ?? []).includes(folder))).toEqual([]);
  });
});

test("libraries of the engines, the sources and the command line stay in their folders", () => {
  const trespassers = files
    .filter(({ folder }) => !outsideTheTable.has(folder))
    .flatMap((file) => importsOf(file).map((specifier) => ({ file: file.name, folder: file.folder, specifier })))
    .filter(({ file, folder, specifier }) => {
      if (gates[specifier]?.includes(file)) return false;
      const home = Object.entries(fences).find(([library]) => specifier === library || specifier.startsWith(`${library}/`))?.[1];
      const family = fencedFamilies.find(({ prefix }) => specifier.startsWith(prefix))?.folder;
      const only = home ?? family;
      return only !== undefined && only !== folder;
    });
  expect(trespassers).toEqual([]);
});

describe("no connection is made that was not configured", () => {
  const product = files.filter(({ folder }) => !outsideTheTable.has(folder));

  test("what opens connections is imported in the named places only: the ClickHouse client in storage/ is the one library that does", () => {
    const trespassers = product
      .map((file) => ({ name: file.name, imports: importsOf(file).filter((specifier) => reachesOut.test(specifier)) }))
      .filter(({ name, imports }) => imports.some((specifier) => !(mayReachOut[name] ?? []).includes(specifier)));
    expect(trespassers).toEqual([]);
    for (const [name, specifiers] of Object.entries(mayReachOut)) {
      const file = product.find((candidate) => candidate.name === name);
      expect(file === undefined ? [] : importsOf(file), `${name} no longer needs its row`).toEqual(expect.arrayContaining([...specifiers]));
    }
  });

  test("nor by what needs no import", () => {
    // Comments and texts may speak of it.
    const code = (text: string) => text.replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, "").replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
    expect(product.filter(({ text }) => reachingGlobals.test(code(text))).map(({ name }) => name)).toEqual([]);
  });

  test("nor by the engine: no SQL of ours reads over a network", () => {
    const sql = ["queries", "storage/migrations"].flatMap((folder) =>
      readdirSync(path.join(root, folder))
        .filter((name) => name.endsWith(".sql"))
        .map((name) => ({ name, text: readFileSync(path.join(root, folder, name), "utf8") })),
    );
    expect(sql.length).toBeGreaterThan(20);
    expect(sql.filter(({ text }) => reachingSql.test(text.replace(/--.*$/gm, ""))).map(({ name }) => name)).toEqual([]);
  });
});

test("only the command line ends the process", () => {
  const trespassers = files.filter(
    ({ folder, text }) => !outsideTheTable.has(folder) && folder !== "cli" && /\bprocess\.(exit|exitCode|argv|env)\b/.test(text),
  );
  expect(trespassers.map(({ name }) => name)).toEqual([]);
});

test("every file opens with a comment that says what it holds", () => {
  const silent = files.filter(({ text }) => !text.replace(/^#!.*\n/, "").startsWith("// "));
  expect(silent.map(({ name }) => name)).toEqual([]);
});

test("no file or folder is a drawer for odds and ends", () => {
  const drawers = files.filter(({ name }) => name.split(path.sep).some((part) => forbiddenNames.test(part)));
  expect(drawers.map(({ name }) => name)).toEqual([]);
});

test("file names are kebab-case", () => {
  const odd = files.filter(
    ({ name }) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|cases|contract|d|as))?\.ts$/.test(path.basename(name)) && !name.endsWith(".config.ts"),
  );
  expect(odd.map(({ name }) => name)).toEqual([]);
});
