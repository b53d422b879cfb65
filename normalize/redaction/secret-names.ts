// Which names mark a secret: keys of objects, parameters of a URL, flags and variables of a command line, names beside a
// value. One table, read by the redactor, by the gate and by the search in texts, so that the three cannot disagree.

/** Kind of secret, and how the names that hold one end. Words are parted by "-"; a real name may part them by - _ . or not. */
const endingsByKind = {
  password: "password passwd pwd pass-phrase pass-code password-data pgpass login-pass db-pass user-pass root-pass admin-pass smtp-pass mysql-pass",
  "secret-value": "secret-string secret-binary secret-text secret-value secure-string secure-value",
  "secret-key":
    "secret-access-key secret-key access-key account-key shared-access-key shared-key signing-key storage-key function-key primary-key secondary-key primary-master-key secondary-master-key hmac-key sse-customer-key raw-key subscription-key pre-shared-key psk key-material plaintext base32-string-seed qr-code-png secret-hash",
  "client-secret": "client-secret",
  secret: "secret shared-access-signature",
  "private-key": "private-key private-key-data private-key-plaintext client-key-data tls-key ssh-key-private kubeconfig",
  "api-key": "api-key app-key application-key auth-key license-key",
  token: "token token-value jwt bearer saml-assertion client-assertion assertion saml-response signed-jwt signed-blob",
  code: "token-code mfa-code auth-code authorization-code device-code code-verifier authentication-code1 authentication-code2",
  authorization: "authorization authorization-data auth-header",
  cookie: "cookie set-cookie",
  "connection-string": "connection-string connection-uri database-url jdbc-url",
  "user-data": "user-data custom-data startup-script",
  "last-applied-configuration": "last-applied-configuration",
  "protected-settings": "protected-settings",
  environment: "",
  "secret-data": "",
  parameter: "",
} as const;

export type SecretKind = keyof typeof endingsByKind;

interface Ending {
  readonly kind: SecretKind;
  readonly plain: string;
}

/** Longest first: `client_secret` is a client secret before it is a secret. */
export const secretEndings: readonly Ending[] = (Object.entries(endingsByKind) as [SecretKind, string][])
  .flatMap(([kind, names]) => names.split(" ").map((name) => ({ kind, plain: name.replaceAll("-", "") })))
  .filter(({ plain }) => plain !== "")
  .sort((left, right) => right.plain.length - left.plain.length);

/** Names that are a secret only as a whole, and in a text only as a parameter: `?sig=`, `&code=`, `pass=`. */
const wholeNames = new Map<string, SecretKind>([
  ["pass", "password"],
  ["secrets", "secret"],
  ["authorizationtoken", "token"],
]);

/** Tokens that page, deduplicate, lock or describe, and open nothing. */
const harmlessEnding =
  /(?:next|page|paging|pagination|continuation|sequence|skip|delta|sync|resume|starting|idempotency|idempotent|clientrequest|creationclient|change|lock|update|creation|grant)token$/;
const harmlessNames = new Set(["clienttoken", "requesttoken", "starttoken", "endtoken"]);
/** Annotations of the API server about a token or its own work, with names of accounts and secrets in them. */
const harmlessPrefix = /^(?:authentication(?:k8s|kubernetes)io|apiserverlatencyk8sio)\//;

const longestName = 256;

/** Lower case, without - _ . and spaces. */
export function plainName(name: string): string {
  return name
    .slice(-longestName)
    .replace(/[-_.\s]/g, "")
    .toLowerCase();
}

const rememberedNames = 50_000;
const kinds = new Map<string, SecretKind | null>();

/** What kind of secret a value of this name is; undefined where the name says nothing. */
export function secretKindOf(name: string): SecretKind | undefined {
  const known = kinds.get(name);
  if (known !== undefined) return known ?? undefined;
  const kind = kindOfPlain(plainName(name));
  if (kinds.size >= rememberedNames) kinds.clear();
  if (name.length <= longestName) kinds.set(name, kind ?? null);
  return kind;
}

function kindOfPlain(plain: string): SecretKind | undefined {
  const bare = withoutSuffix(plain);
  if (harmlessNames.has(bare) || harmlessEnding.test(bare) || harmlessPrefix.test(plain)) return undefined;
  return wholeNames.get(plain) ?? secretEndings.find((ending) => plain.endsWith(ending.plain) || bare.endsWith(ending.plain))?.kind;
}

/** password1 and passwords are passwords; apiKeyValue and passwordBase64 say how they are written. */
export function withoutSuffix(plain: string): string {
  return plain.replace(/(?:s|value|base64|b64|\d{1,3})$/, "");
}

/** Kinds of which everything below the name is secret, not only a text: `{"password": {"value": "…"}}`. */
export const deepKinds: ReadonlySet<SecretKind> = new Set(["password", "secret-value", "connection-string", "protected-settings"]);

/** Keys of which the value names another value in the same object: `{"name": "DB_PASSWORD", "value": "…"}`. Plain. */
export const nameKeys: ReadonlySet<string> = new Set([
  "name",
  "key",
  "parameterkey",
  "parametername",
  "optionname",
  "displayname",
  "attributename",
  "variablename",
]);
/** And the keys of that value. Plain. */
export const valueKeys: ReadonlySet<string> = new Set([
  "value",
  "values",
  "parametervalue",
  "newvalue",
  "oldvalue",
  "securevalue",
  "defaultvalue",
  "stringvalue",
  "attributevalue",
  "previousvalue",
  "resolvedvalue",
]);

/** Keys of environments and application settings: what stands in them is treated as secret, as more of it is than of anything else. Plain. */
const containerEnding = /(?:environmentvariables|envvariables|envvars|appsettings|kubeconfigs)$/;
const containerNames = new Set(["env", "environment", "variables"]);

export function isContainerName(name: string): boolean {
  const plain = plainName(name);
  return containerNames.has(plain) || containerEnding.test(plain);
}

/** Words that stand where a secret was taken out, or say that there is one. In lower case. */
const placeholders = new Set([
  "true",
  "false",
  "null",
  "none",
  "nil",
  "undefined",
  "yes",
  "no",
  "enabled",
  "disabled",
  "required",
  "optional",
  "success",
  "failure",
  "aws_iam",
  "hidden_due_to_security_reasons",
  "<sensitivedataremoved>",
  "<redacted>",
  "[redacted]",
  "redacted",
  "<masked>",
  "(sensitive value)",
  "<sensitive>",
  "<hidden>",
]);
const masked = /^(?:\*+|x+|X+|\.{3,}|•+|-+)$/;
const isoTime = /^\d{4}-\d\d-\d\d(?:[T ][\d:.]{5,18}(?:Z|[+-]\d\d:?\d\d)?)?$/;
/** Where a secret is kept, and ids of keys: identifiers, which stay. */
const reference =
  /^(?:arn:[a-z0-9-]{1,32}:[a-z0-9-]{1,64}:[^\s"'=?&]{0,512}|\{\{resolve:[^{}\s]{1,512}\}\}|projects\/[^/\s]{1,128}\/secrets\/[^\s"'=?&]{0,256}|https:\/\/[a-z0-9-]{1,64}\.vault\.azure\.net\/[^\s"'=?&]{0,256}|@Microsoft\.KeyVault\([^()\s]{0,512}\)|(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA|APKA|ABIA|ACCA|ASCA)[A-Z0-9]{12,28})$/;

/** A text that is no secret under any name. */
export function isPlaceholder(value: string): boolean {
  const { length } = value;
  if (length === 0) return true;
  if (length > 600) return false;
  return (
    placeholders.has(value.toLowerCase()) || masked.test(value) || isoTime.test(value) || reference.test(value) || (length < 4 && /^\d+$/.test(value))
  );
}
