// A YAML file that a person wrote, against a schema: what is wrong with it in that person's terms: line and column, the path of the
// key, what to do. Texts are our own: those of the YAML and schema libraries may quote values, and a value may be a secret.
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { suggest } from "./suggest.ts";

export interface YamlProblem {
  /** 1-based; 0 where the problem has no place in the file (an environment variable). */
  readonly line: number;
  readonly column: number;
  /** Path of the key ("network.ranges[0].kind"), or of the variable; "" for the file as a whole. */
  readonly key: string;
  /** What is wrong and what to do. */
  readonly message: string;
}

interface CheckedYaml<Values> {
  /** Undefined where there are problems. */
  readonly values: Values | undefined;
  readonly problems: readonly YamlProblem[];
}

export interface YamlFile {
  /** Of the YAML itself. Where there are any, nothing can be checked. */
  readonly problems: readonly YamlProblem[];
  /** Line of a key; 0 where it is not in the file. */
  lineOf(path: readonly PropertyKey[]): number;
  /** Line and column of the value at `path`, or of its nearest parent that is there. */
  placeOf(path: readonly PropertyKey[]): { readonly line: number; readonly column: number };
  /** What stands at `path`, against its schema; problems in order of place. `what` names it: "the configuration". */
  check<Values>(schema: z.ZodType<Values>, what: string, path?: readonly PropertyKey[]): CheckedYaml<Values>;
}

/** An empty file is an empty group of keys. */
export function readYaml(text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const placeAt = (offset: number): { line: number; column: number } => {
    const place = lines.linePos(offset);
    return { line: Math.max(1, place.line), column: Math.max(1, place.col) };
  };
  const lineOf = (path: readonly PropertyKey[]): number => (document.hasIn(path) ? placeAt(offsetOf(document, path)).line : 0);
  const broken = document.errors.map((error) => ({
    ...placeAt(error.pos[0]),
    key: "",
    message: yamlSentences[error.code] ?? "is not valid YAML here",
  }));
  const contents = broken.length > 0 ? undefined : contentsOf(document);
  const problems = contents === undefined && broken.length === 0 ? [tooManyAliases] : broken;
  return {
    problems,
    lineOf,
    placeOf: (path) => placeAt(offsetOf(document, path)),
    check: (schema, what, path = []) => {
      if (contents === undefined) return { values: undefined, problems };
      const checked = schema.safeParse(valueAt(contents.values, path));
      if (checked.success) return { values: checked.data, problems: [] };
      const found = checked.error.issues.flatMap((issue) =>
        problemsOf(issue, { document, schema, what, path }).map(({ offset, ...problem }) => ({ ...placeAt(offset), ...problem })),
      );
      return { values: undefined, problems: found.sort((left, right) => left.line - right.line || left.column - right.column) };
    },
  };
}

const tooManyAliases: YamlProblem = { line: 1, column: 1, key: "", message: "repeats itself through too many aliases; write the values out" };

/** Undefined where its aliases make too much of it. */
function contentsOf(document: Document): { values: unknown } | undefined {
  try {
    return { values: document.toJS({ maxAliasCount: 20 }) ?? {} };
  } catch {
    return undefined;
  }
}

function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined), values);
}

export function formatYamlProblem(file: string, problem: YamlProblem): string {
  const place = problem.line > 0 ? `${file}:${problem.line}:${problem.column}: ` : "";
  return `${place}${problem.key === "" ? "the file" : problem.key} ${problem.message}`;
}

/** For `config validate` and messages: store.location, network.ranges[0].kind. */
function formatPath(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`)).join("");
}

type Issue = z.core.$ZodIssue;

interface Checking {
  readonly document: Document;
  readonly schema: z.core.$ZodType;
  readonly what: string;
  /** Where in the document the schema's value stands. */
  readonly path: readonly PropertyKey[];
}

function problemsOf(issue: Issue, { document, schema, what, path: base }: Checking): { offset: number; key: string; message: string }[] {
  const path = [...base, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema, issue.path, valueAt(document.toJS({ maxAliasCount: 20 }), base));
    return issue.keys.map((key) => {
      const near = suggest(key, known);
      const hint = near === undefined ? `; known keys here are ${known.join(", ")}` : `; did you mean ${near}?`;
      return {
        offset: keyOffset(document, path, key),
        key: formatPath([...path, key]),
        message: `is not a key of ${what}${hint}`,
      };
    });
  }
  return [
    {
      offset: offsetOf(document, path),
      key: formatPath(path),
      message: sentenceOf(issue, document.hasIn(path) || path.length === 0) + nearMiss(issue, document.getIn(path)),
    },
  ];
}

const typeSentences: Readonly<Record<string, string>> = {
  string: "must be a text; put quotes around it",
  number: "must be a number",
  int: "must be a whole number",
  array: "must be a list: one item a line, each behind '- '",
  object: "must be a group of keys, one a line, indented below it",
};

function sentenceOf(issue: Issue, isPresent: boolean): string {
  if (!isPresent) return "is missing";
  if (issue.code === "invalid_type") return typeSentences[issue.expected] ?? `must be of type ${issue.expected}`;
  if (issue.code === "invalid_value") return `must be one of: ${issue.values.join(", ")}`;
  return issue.message;
}

/** Only a word that may stand there is said, never the one that does. */
function nearMiss(issue: Issue, given: unknown): string {
  if (issue.code !== "invalid_value" || typeof given !== "string") return "";
  const near = suggest(
    given,
    issue.values.filter((value) => typeof value === "string"),
  );
  return near === undefined ? "" : `; did you mean ${near}?`;
}

/** Where the value at `path` stands; for a path that is not there, its nearest parent. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyOffset(document: Document, path: readonly PropertyKey[], key: string): number {
  const map: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  if (!isMap(map)) return offsetOf(document, path);
  const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
  return pair !== undefined && isScalar(pair.key) && pair.key.range ? pair.key.range[0] : offsetOf(document, path);
}

/** Keys that the schema knows at a path, read from the schema itself; of a union's members the one that the value at that place chooses. */
function knownKeys(root: z.core.$ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  let schema: z.core.$ZodType | undefined = root;
  for (const [length, part] of path.entries()) {
    const definition: z.core.$ZodTypeDef & { element?: z.core.$ZodType; shape?: Record<string, z.core.$ZodType> } = chosen(
      schema,
      valueAt(value, path.slice(0, length)),
    )._zod.def;
    schema = typeof part === "number" ? definition.element : definition.shape?.[String(part)];
    if (schema === undefined) return [];
  }
  const { shape } = chosen(schema, valueAt(value, path))._zod.def as { shape?: Record<string, unknown> };
  return Object.keys(shape ?? {});
}

/** Below .optional(), .default() and a union: the member whose discriminator the value has, or that shares a key with it. */
function chosen(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  const inner = unwrap(schema);
  const { options } = inner._zod.def as { options?: readonly z.core.$ZodType[] };
  if (options === undefined) return inner;
  return chosen(options.find((option) => isMeant(unwrap(option), value)) ?? options[0] ?? inner, value);
}

function isMeant(option: z.core.$ZodType, value: unknown): boolean {
  const { shape } = option._zod.def as { shape?: Record<string, z.core.$ZodType> };
  if (shape === undefined || typeof value !== "object" || value === null) return false;
  const literals = Object.entries(shape).flatMap(([key, member]) => {
    const { values } = member._zod.def as { values?: readonly unknown[] };
    return values === undefined ? [] : [{ key, values }];
  });
  if (literals.length > 0) return literals.every(({ key, values }) => values.includes(Reflect.get(value, key)));
  return Object.keys(shape).some((key) => key in value);
}

/** The schema below .optional() and .default(). */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const { innerType } = schema._zod.def as { innerType?: z.core.$ZodType };
  return innerType === undefined ? schema : unwrap(innerType);
}

const yamlSentences: Readonly<Record<string, string>> = {
  ALIAS_PROPS: "has an alias with properties; write the value out",
  BAD_ALIAS: "uses an alias that was not defined; put quotes around a value that starts with '*'",
  BAD_DQ_ESCAPE: "has an unknown escape in a double-quoted text; use single quotes",
  BAD_INDENT: "is indented wrongly here (keys of one group start in the same column), or a bracket before it is not closed",
  BAD_SCALAR_START: "has a value that starts with a reserved character; put quotes around it",
  BLOCK_IN_FLOW: "has an indented block inside [ ] or { }; write it on one line",
  DUPLICATE_KEY: "has this key twice in one group; remove one",
  MISSING_CHAR: "lacks a character here: a quote, a bracket, a comma, or the space after ':'",
  MULTILINE_IMPLICIT_KEY: "has a key over several lines; perhaps a ':' or a quote is missing",
  MULTIPLE_DOCS: "holds several documents ('---'); keep one",
  NON_STRING_KEY: "has a key that is not a text; put quotes around it",
  TAB_AS_INDENT: "is indented with a tab; use spaces",
  UNEXPECTED_TOKEN: "has something unexpected here; perhaps a quote or a bracket is missing before it",
};
