// Which names mark a secret: keys of objects, parameters in a query string or a command line, names beside a value.
// A name is compared in its plain form: lower case, without - _ . and spaces.

export function plainName(name: string): string {
  return name.replace(/[-_.\s]/g, "").toLowerCase();
}

/** Names that hold a secret wherever they end so: masterUserPassword, x-vault-token, aws_secret_access_key. */
export const secretEndings = [
  "password",
  "passwd",
  "pwd",
  "passphrase",
  "secret",
  "secretkey",
  "secretaccesskey",
  "secretstring",
  "secretbinary",
  "secrettext",
  "secretvalue",
  "privatekey",
  "privatekeydata",
  "keymaterial",
  "apikey",
  "accountkey",
  "sharedaccesskey",
  "sharedaccesssignature",
  "connectionstring",
  "samlassertion",
  "clientassertion",
  "authorization",
  "plaintext",
  "userdata",
  "lastappliedconfiguration",
  "token",
] as const;

/** Tokens that page, deduplicate or name a kind, and open nothing. */
export const harmlessTokens = new Set([
  "nexttoken",
  "nextpagetoken",
  "pagetoken",
  "paginationtoken",
  "continuationtoken",
  "nextcontinuationtoken",
  "nextforwardtoken",
  "nextbackwardtoken",
  "marker",
  "clienttoken",
  "clientrequesttoken",
  "idempotencytoken",
  "idempotenttoken",
  "requesttoken",
  "changetoken",
  "locktoken",
  "sequencetoken",
  "uploadsequencetoken",
  "nextsequencetoken",
  "synctoken",
  "resumetoken",
  "servertoken",
]);

export function isSecretName(name: string): boolean {
  const plain = plainName(name);
  if (plain.length > 128) return false;
  return secretEndings.some((ending) => plain.endsWith(ending)) && !harmlessTokens.has(plain);
}

/** Keys of which the value names another value in the same object: `{"name": "DB_PASSWORD", "value": "..."}`. */
export const pairedNameKeys: readonly string[] = ["name", "Name", "key", "Key", "parameterKey", "ParameterKey"];

/** Containers of which every text is treated as a secret: environments and application settings hold more of them than of anything else. */
export const secretContainers = new Set(["env", "environment", "environmentvariables", "variables", "appsettings", "stringdata"]);

/** Texts that stand for a value that the provider itself took out, and what is no secret under any name. */
export function isPlaceholder(value: string): boolean {
  return (
    value.length < 3 ||
    /^(?:\*+|x+|<.*>|true|false|null|none|\d+)$/i.test(value) ||
    /hidden_due_to|redacted|sensitive|\*\*\*/i.test(value.slice(0, 64))
  );
}
