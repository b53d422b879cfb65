// Which texts are secrets by their own shape, whatever they are called. Formats are the issuers' own documented prefixes.

export interface SecretShape {
  readonly kind: string;
  /** Global; a group named `secret` is the part to take out, otherwise the whole match. Linear on any input. */
  readonly pattern: RegExp;
}

export const secretShapes: readonly SecretShape[] = [
  { kind: "private-key", pattern: /-----BEGIN [A-Z ]{0,40}(?:PRIVATE KEY|KEY BLOCK)-----[^-]*(?:-----END [A-Z ]{0,40}-----)?/g },
  { kind: "private-key-base64", pattern: /LS0tLS1CRUdJTi[A-Za-z0-9+/=]{20,}/g },
  { kind: "age-key", pattern: /AGE-SECRET-KEY-1[A-Z0-9]{20,}/gi },
  { kind: "aws-session-token", pattern: /(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|AQoDYXdz)[A-Za-z0-9+/=%]{16,}/g },
  { kind: "jwt", pattern: /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g },
  { kind: "base64-json", pattern: /(?<![A-Za-z0-9+/_-])eyJ[A-Za-z0-9+/_-]{32,}={0,2}/g },
  { kind: "bearer", pattern: /\bbearer[ +](?<secret>[A-Za-z0-9._~+/=-]{8,})/gi },
  { kind: "basic", pattern: /\bbasic[ +](?<secret>[A-Za-z0-9+/=]{8,})/gi },
  { kind: "github-token", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{16,})/g },
  { kind: "gitlab-token", pattern: /\bglpat-[A-Za-z0-9_-]{16,}/g },
  { kind: "slack-token", pattern: /\bxox[a-z]-[A-Za-z0-9-]{8,}/g },
  { kind: "slack-webhook", pattern: /hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9/_-]{8,}/g },
  { kind: "google-api-key", pattern: /\bAIza[A-Za-z0-9_-]{30,}/g },
  { kind: "google-access-token", pattern: /\bya29\.[A-Za-z0-9_-]{16,}/g },
  { kind: "azure-sas", pattern: /(?<![A-Za-z])sig=(?<secret>[A-Za-z0-9%+/=]{16,})/g },
  { kind: "aws-signature", pattern: /X-Amz-Signature=(?<secret>[A-Za-z0-9]{16,})/gi },
  { kind: "aws-security-token", pattern: /X-Amz-Security-Token=(?<secret>[A-Za-z0-9%+/=]{8,})/gi },
  { kind: "payment-key", pattern: /\b[sr]k_(?:live|test)_[A-Za-z0-9]{12,}/g },
  { kind: "model-key", pattern: /\bsk-(?:ant|proj|svcacct)-[A-Za-z0-9_-]{16,}/g },
  { kind: "npm-token", pattern: /\bnpm_[A-Za-z0-9]{30,}/g },
  { kind: "pypi-token", pattern: /\bpypi-AgE[A-Za-z0-9_-]{16,}/g },
  { kind: "sendgrid-key", pattern: /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g },
  { kind: "vault-token", pattern: /\bhvs\.[A-Za-z0-9_-]{16,}/g },
  { kind: "url-password", pattern: /:\/\/[^\s/:@"'?#]{1,128}:(?<secret>[^\s/@"']{1,256})@/g },
];

const nameEnd =
  "(?:pass-?word|passwd|pwd|pass-?phrase|secret|secret[-_]?key|access[-_]?key|private[-_]?key|api[-_]?key|account[-_]?key|authorization|token)";
const secretText = "[^\\s\"'&,;\\\\]{3,}";

/** The end of a secret's name, then = or : and the value, in a URL, a command line or free text; quotes perhaps escaped. */
export const assignment = new RegExp(
  `(?<name>${nameEnd})(?<between>\\\\?["']?(?:\\s{0,4}=\\s{0,4}|\\s{0,4}:\\s{1,4}|:(?=["'\\\\])|%3[dD])\\\\?["']?)(?<secret>${secretText})`,
  "gi",
);
/** A flag of a command line and, behind a space, its value. */
export const flag = new RegExp(`(?<name>(?<![A-Za-z0-9])--?[A-Za-z0-9_-]{0,64}${nameEnd})(?<between>\\s{1,4}["']?)(?<secret>${secretText})`, "gi");

/** Any of the above, for suspicious-text.ts: made from the same patterns, so that it misses nothing that they would change. */
export const suspiciousPattern = new RegExp(
  [...secretShapes.map(({ pattern }) => pattern), assignment, flag]
    .map(({ source }) => source.replace(/\?<(?:name|between|secret)>/g, "?:"))
    .join("|"),
  "i",
);
