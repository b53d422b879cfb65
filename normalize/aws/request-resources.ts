// What an AWS call acted on: the record's own list of resources, else what the request names, else what a refusal names.
import type { NormalizedAction } from "../../model/identity-action.ts";
import { asIdentifier, asObject, asText, isObject, type JsonObject, type JsonValue, textOf } from "../../model/json.ts";
import { memoize } from "../memoize.ts";
import { accountOfArn, lastNameOf, partitionOfRegion, serviceOfArn } from "./arn.ts";
import { anyServiceTable, type ResourceRow, resourceTable } from "./resource-table.ts";

/** A call on more names the first ones. */
const mostResources = 64;
const longestName = 2048;

export function applyResources(action: NormalizedAction, record: JsonObject): void {
  const listed = record.resources;
  if (Array.isArray(listed)) for (const resource of listed) if (isObject(resource)) addListed(action, resource);
  if (action.resource_uids.length > 0) return;
  const rows = rowsByService.get(action.service) ?? anyServiceRows;
  // What a call creates stands in the answer; its request names what the new thing is made from.
  if (action.outcome === "success" && creatingVerb.test(action.action)) addNamed(action, rows, asObject(record.responseElements));
  addNamed(action, rows, asObject(record.requestParameters));
  if (action.resource_uids.length === 0 && action.outcome === "denied") addRefused(action);
}

const creatingVerb = /^(?:Create|Run|Import|Copy|Register|Allocate|Put|Request|Start)/;

function addListed(action: NormalizedAction, resource: JsonObject): void {
  const prefix = asText(resource.ARNPrefix);
  const arn = asText(resource.ARN) || asText(resource.arn) || (prefix === "" ? "" : `${prefix}*`);
  if (arn !== "") add(action, arn, asText(resource.type) || typeOfArn(arn), asIdentifier(resource.accountId) || accountOfArn(arn));
}

function add(action: NormalizedAction, uid: string, type: string, account: string): void {
  const { resource_uids: uids } = action;
  if (uids.length >= mostResources || uids.includes(uid)) return;
  uids.push(uid);
  action.resource_types.push(type);
  action.resource_accounts.push(account);
}

/** "... is not authorized to perform: sts:AssumeRole on resource: arn:..." */
const refusedResource = /on resource: (arn:[^\s"]{1,2000})/;

function addRefused(action: NormalizedAction): void {
  const arn = refusedResource.exec(action.error_message)?.[1];
  if (arn !== undefined) add(action, arn, typeOfArn(arn), accountOfArn(arn));
}

interface ParsedRow {
  readonly row: ResourceRow;
  /** The keys behind the first one. */
  readonly path: readonly string[];
  /** Texts and placeholders in turns. */
  readonly template: readonly string[];
}

type RowsByKey = ReadonlyMap<string, readonly ParsedRow[]>;

const rowsByService: ReadonlyMap<string, RowsByKey> = indexRows(resourceTable);
const anyServiceRows: RowsByKey = indexRows(anyServiceTable).get("*") ?? new Map();

function indexRows(table: readonly ResourceRow[]): Map<string, RowsByKey> {
  const services = new Map<string, Map<string, ParsedRow[]>>();
  for (const row of table) {
    const [firstKey = "", ...path] = row.parameter.split(".");
    const keys = services.get(row.service) ?? new Map<string, ParsedRow[]>();
    services.set(row.service, keys);
    keys.set(firstKey, [...(keys.get(firstKey) ?? []), { row, path, template: row.arn.split(/[{}]/) }]);
  }
  return services;
}

function addNamed(action: NormalizedAction, rows: RowsByKey, parameters: JsonObject | undefined): void {
  if (parameters === undefined) return;
  for (const key of Object.keys(parameters)) {
    const value = parameters[key];
    if (value === undefined || value === null) continue;
    // EC2's newer calls wrap their parameters and write them with capitals: {"DeleteFlowLogsRequest": {"FlowLogId": {"content": "fl-1"}}}.
    if (isObject(value) && (key.endsWith("Request") || key.endsWith("Response"))) addNamed(action, rows, uncapitalized(value));
    else for (const parsed of rows.get(key) ?? anyServiceRows.get(key) ?? []) walk(action, parsed, parameters, value, 0);
  }
}

const mostWrapped = 64;

function uncapitalized(parameters: JsonObject): JsonObject {
  const entries = Object.entries(parameters).slice(0, mostWrapped);
  // A wrapper within a wrapper is no form that AWS writes: its name is changed, so that it is not entered.
  return Object.fromEntries(entries.map(([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1).replace(/Re(?:quest|sponse)$/, ""), value]));
}

function walk(action: NormalizedAction, parsed: ParsedRow, siblings: JsonObject, value: JsonValue, depth: number): void {
  if (typeof value === "string") {
    if (depth === parsed.path.length) addValue(action, parsed, siblings, value);
  } else if (Array.isArray(value)) {
    for (const item of value.slice(0, mostResources)) if (!Array.isArray(item)) walk(action, parsed, siblings, item, depth);
  } else if (isObject(value)) {
    const key = depth < parsed.path.length ? (parsed.path[depth] ?? "") : "content";
    const next = Object.hasOwn(value, key) ? value[key] : undefined;
    // One level of "content" and no more: a record may nest it as deep as it likes.
    if (next !== undefined && (key !== "content" || typeof next === "string"))
      walk(action, parsed, siblings, next, Math.min(depth + 1, parsed.path.length));
  }
}

function addValue(action: NormalizedAction, { row, template }: ParsedRow, siblings: JsonObject, value: string): void {
  if (value === "" || value.length > longestName) return;
  const groups = row.pattern === undefined ? undefined : row.pattern.exec(value);
  if (groups === null) return;
  const uid = value.startsWith("arn:") ? value : fill(template, action, siblings, value, groups);
  if (uid !== "") add(action, uid, row.type || typeOfArn(uid), accountOfArn(uid));
}

/** "" where a sibling that the form needs is missing. */
function fill(
  template: readonly string[],
  action: NormalizedAction,
  siblings: JsonObject,
  value: string,
  groups: RegExpExecArray | undefined,
): string {
  let arn = "";
  for (let index = 0; index < template.length; index++) {
    const piece = template[index] ?? "";
    if (index % 2 === 0) arn += piece;
    else if (piece === "value") arn += value;
    else if (piece === "partition") arn += partitionOfRegion(action.region);
    else if (piece === "region") arn += action.region;
    else if (piece === "account") arn += action.account_uid;
    else {
      const filled = groups?.[Number(piece)] ?? textOf(siblings, piece);
      if (filled === "" || filled.length > longestName) return "";
      arn += filled.startsWith("arn:") ? lastNameOf(filled) : filled;
    }
  }
  return arn;
}

const typesByArnForm: ReadonlyMap<string, string> = new Map(
  resourceTable.toReversed().map((row) => [arnForm(row.arn.replace("{partition}", "aws")), row.type]),
);

/** Service and kind: `ec2:instance`; S3 has no kind. */
function arnForm(arn: string): string {
  const service = serviceOfArn(arn);
  const resource = arn.split(":", 6)[5] ?? "";
  if (service === "s3") return resource.includes("/") ? "s3:object" : "s3:bucket";
  return `${service}:${/^[A-Za-z-]*(?=[/:{]|$)/.exec(resource.replace(/^\//, ""))?.[0] ?? ""}`;
}

/** For resources that the record lists without a type (ECR). */
const typeOfArn: (arn: string) => string = memoize((arn: string) => typesByArnForm.get(arnForm(arn.slice(0, longestName))) ?? "");
