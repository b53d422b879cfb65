// What deploys machinetrail elsewhere is held to what the program is: none of it can run here, so its words and its form are checked; the chart is
// rendered by Helm, and Terraform's files are parsed, by `npm run test:deploy`, which wants both programs.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

const root = path.resolve(import.meta.dirname, "..");
const read = (...parts: string[]) => readFileSync(path.join(root, ...parts), "utf8");
const chart = path.join(root, "deploy/helm/machinetrail");
const valuesSchema = () => z.fromJSONSchema(JSON.parse(read("deploy/helm/machinetrail/values.schema.json")));

describe("Dockerfile", () => {
  const lines = read("Dockerfile").split("\n");
  const stages = lines.filter((line) => line.startsWith("FROM"));

  test("has two stages over glibc with the Node that the program needs, and the last one is not root", () => {
    expect(stages).toEqual(["FROM node:24-bookworm-slim AS build", "FROM node:24-bookworm-slim"]);
    const last = lines.slice(lines.lastIndexOf("FROM node:24-bookworm-slim"));
    expect(last.filter((line) => line.startsWith("USER"))).toEqual(["USER 1000:1000"]);
    expect(last.some((line) => line.startsWith("ENTRYPOINT"))).toBe(true);
  });

  test("copies what the build makes and starts what the package calls its program", () => {
    const { bin, scripts } = JSON.parse(read("package.json")) as { bin: Record<string, string>; scripts: Record<string, string> };
    expect(read("Dockerfile")).toContain(`ENTRYPOINT ["node", "${bin.machinetrail}"]`);
    expect(Object.keys(scripts)).toContain("build");
    for (const name of ["package.json", "package-lock.json", "LICENSE"]) expect(existsSync(path.join(root, name)), name).toBe(true);
    // What the build needs must not be kept away from it.
    const ignored = read(".dockerignore").split("\n");
    for (const needed of ["scripts", "examples", "queries", "storage", "tsconfig.build.json", "LICENSE"]) expect(ignored).not.toContain(needed);
  });
});

describe("Helm chart", () => {
  test("its default values fit its schema, and what is misspelt, too much or unreachable by probes does not", () => {
    const values = parse(read("deploy/helm/machinetrail/values.yaml")) as Record<string, object>;
    const isValid = (given: object) => valuesSchema().safeParse(given).success;
    expect(isValid(values)).toBe(true);
    expect(isValid({ ...values, replica: 2 })).toBe(false);
    expect(isValid({ ...values, replicas: 0 })).toBe(false);
    expect(isValid({ ...values, config: { http: { listen: "127.0.0.1:8787" }, sources: [] } })).toBe(false);
    expect(isValid({ ...values, readinessParts: ["everything"] })).toBe(false);
  });

  test("asks for routes that there are, mounts what the image writes to, and gives it longer to end than it takes", () => {
    const template = read("deploy/helm/machinetrail/templates/stateful-set.yaml");
    for (const route of ["healthz", "readyz"]) {
      expect(template).toContain(`/${route}`);
      expect(existsSync(path.join(root, "api/routes", `${route}.ts`))).toBe(true);
    }
    for (const words of [
      "readOnlyRootFilesystem: true",
      "runAsUser: 1000",
      "mountPath: /data",
      "mountPath: /tmp",
      "terminationGracePeriodSeconds: 30",
    ])
      expect(template).toContain(words);
  });

  const helm = process.env.HELM ?? "";
  const withHelm = helm === "" ? undefined : test;
  withHelm?.("is rendered by Helm into objects that a cluster takes, and refuses several processes without a server or without one key", () => {
    const always = ["template", "trail", chart, "--kube-version", "1.30.0"];
    const source = ["--set", "config.sources[0].id=a", "--set", "config.sources[0].type=http-push"];
    const render = (...args: string[]) => spawnSync(helm, [...always, ...source, ...args], { encoding: "utf8" });
    const documents = parseAllDocuments(render("--set", "serviceMonitor.enabled=true", "--set", "readinessParts={store,detection}").stdout);
    const objects = z
      .array(z.looseObject({ kind: z.string(), metadata: z.object({ name: z.string() }) }))
      .parse(documents.map((each) => each.toJS() as unknown));
    expect(objects.map(({ kind }) => kind).sort()).toEqual(["ConfigMap", "Service", "ServiceAccount", "ServiceMonitor", "StatefulSet"]);
    expect(JSON.stringify(objects)).toContain("/readyz?part=store&part=detection");
    const server = ["--set", "replicas=3", "--set", "config.store.location=http://clickhouse:8123/machinetrail"];
    const key = [
      "--set",
      "secretEnvironment[0].name=MACHINETRAIL_REDACTION_KEY",
      "--set",
      "secretEnvironment[0].secret=s",
      "--set",
      "secretEnvironment[0].key=k",
    ];
    expect(render(...server, ...key).stdout).toContain("PodDisruptionBudget");
    expect(render("--set", "replicas=3").stderr).toContain("several processes need a ClickHouse server");
    expect(render(...server).stderr).toContain("several processes need one redaction key");
    expect(render("--set", "replica=3").status).not.toBe(0);
    expect(render("--set", "config.http.tls.key.env=KEY").stdout.match(/scheme: HTTPS/g)).toHaveLength(3);
    expect(spawnSync(helm, always, { encoding: "utf8" }).stderr).toContain("name a source");
  });
});

describe("Terraform", () => {
  test("gives the reader the rights that the source uses and no others", () => {
    const text = read("deploy/terraform/aws/main.tf");
    const reader = text.slice(text.indexOf('"aws_iam_policy_document" "reader"'), text.indexOf('"aws_iam_policy" "reader"'));
    const lists = [...reader.matchAll(/^\s+actions\s*= \[(.*)\]$/gm)].map(([, list = ""]) => list);
    const actions = lists.flatMap((list) => [...list.matchAll(/"([^"]+)"/g)].map(([, action]) => action));
    expect(actions.sort()).toEqual([
      ...["kms:Decrypt", "s3:GetObject", "s3:ListBucket", "sqs:ChangeMessageVisibility"],
      ...["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
    ]);
    expect(reader).not.toMatch(/resources\s*=\s*\["\*"\]/);
  });

  test("every variable is described and used, and every one that is used is declared", () => {
    const used = new Set([...read("deploy/terraform/aws/main.tf").matchAll(/var\.(\w+)/g)].map(([, name]) => name));
    const declared = [...read("deploy/terraform/aws/variables.tf").matchAll(/variable "(\w+)" \{\n {2}description = "[^"]+"/g)].map(
      ([, name]) => name,
    );
    expect([...used].sort()).toEqual(declared.sort());
  });

  test("asks of AWS what CloudFormation's template asks: tries, times, rights and their conditions", () => {
    // Its own tags (!Sub, !GetAtt) are none of this.
    const template = parse(read("deploy/aws/s3-queue.yaml"), { logLevel: "silent" }) as unknown;
    const of = (name: string, value: unknown): unknown[] =>
      typeof value !== "object" || value === null
        ? []
        : Object.entries(value).flatMap(([key, inner]: [string, unknown]) => (key === name ? [inner] : of(name, inner)));
    const main = read("deploy/terraform/aws/main.tf");
    const tries = /"max_receive_count" \{[^}]*default += (\d+)/.exec(read("deploy/terraform/aws/variables.tf"))?.[1];
    expect(of("maxReceiveCount", template)).toEqual([Number(tries)]);
    const numbers = (name: string) => [...main.matchAll(new RegExp(`${name} += (\\d+)`, "g"))].map(([, number]) => Number(number));
    expect(of("MessageRetentionPeriod", template)).toEqual(numbers("message_retention_seconds"));
    expect(of("VisibilityTimeout", template)).toEqual(numbers("visibility_timeout_seconds"));
    expect(of("ReceiveMessageWaitTimeSeconds", template)).toEqual(numbers("receive_wait_time_seconds"));
    const actions = [...main.matchAll(/actions += \[([^\]]+)\]/g)].flatMap(([, list = ""]) =>
      list.split(", ").map((action) => JSON.parse(action) as string),
    );
    const isRight = (action: unknown) => action !== "sts:AssumeRole";
    expect(of("Action", template).flat().filter(isRight).sort()).toEqual(actions.sort());
    const conditions = [...main.matchAll(/variable = "([^"]+)"/g)].map(([, variable = ""]) => variable);
    const asked = of("Condition", template).flatMap((condition) => Object.values(condition as object).flatMap((keys) => Object.keys(keys as object)));
    expect(asked.filter((key) => /^(?:aws|s3|kms):/.test(key)).sort()).toEqual(conditions.sort());
  });

  const terraform = process.env.TERRAFORM ?? "";
  const withTerraform = terraform === "" ? undefined : test;
  withTerraform?.("parses", () => {
    const folder = path.join(root, "deploy/terraform");
    for (const name of readdirSync(folder)) execFileSync(terraform, ["fmt", "-check", path.join(folder, name)], { stdio: "pipe" });
  });
});
