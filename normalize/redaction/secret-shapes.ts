// Which texts are secrets by their own shape, whatever they are called: tokens that begin with their issuer's documented
// prefix. One table, read by the search in texts and by the filter before it.

/** Characters that a token goes on with. */
export type Alphabet = "word" | "base64" | "base64url" | "dotted" | "path" | "hex";

/** Sticky, so that a run is measured from where a prefix ends. */
export const alphabets: Readonly<Record<Alphabet, RegExp>> = {
  word: /[A-Za-z0-9_]*/y,
  base64: /(?:[A-Za-z0-9+/=]|%[0-9A-Fa-f]{2})*/y,
  base64url: /[A-Za-z0-9_-]*/y,
  dotted: /[A-Za-z0-9_.=~-]*/y,
  path: /[A-Za-z0-9_/@-]*/y,
  hex: /[0-9a-fA-F]*/y,
};

export interface TokenShape {
  readonly kind: string;
  readonly prefix: string;
  readonly alphabet: Alphabet;
  /** Fewer characters behind the prefix are no token. */
  readonly minimum: number;
  /** A short prefix counts only where a word begins. */
  readonly isWord?: true;
  /** Part of the prefix that is rare in other texts, where its beginning is not. */
  readonly anchor?: string;
  /** The prefix is part of an address and stays. */
  readonly isPrefixKept?: true;
}

function shapes(kind: string, alphabet: Alphabet, minimum: number, ...prefixes: string[]): TokenShape[] {
  return prefixes.map((prefix) => ({ kind, prefix, alphabet, minimum }));
}

export const tokenShapes: readonly TokenShape[] = [
  ...shapes("aws-session-token", "base64", 16, "IQoJb3JpZ2lu", "FwoGZXIvYXdz", "AQoDYXdz", "FQoDYXdz", "FQoGZXIvYXdz", "AgoJb3JpZ2lu"),
  ...shapes("aws-bedrock-key", "base64", 40, "ABSK", "bedrock-api-key-"),
  ...shapes("github-token", "word", 16, "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
  ...shapes("gitlab-token", "dotted", 16, "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glsoat-", "glagent-", "GR1348941"),
  ...shapes("slack-token", "base64url", 8, "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xoxe.", "xoxc-", "xoxd-", "xapp-"),
  { kind: "slack-webhook", prefix: "hooks.slack.com/services/", anchor: "slac", alphabet: "path", minimum: 12, isPrefixKept: true },
  { kind: "slack-webhook", prefix: "hooks.slack.com/workflows/", anchor: "slac", alphabet: "path", minimum: 12, isPrefixKept: true },
  { kind: "slack-webhook", prefix: "hooks.slack.com/triggers/", anchor: "slac", alphabet: "path", minimum: 12, isPrefixKept: true },
  { kind: "teams-webhook", prefix: ".webhook.office.com/webhookb2/", anchor: "okb2", alphabet: "path", minimum: 12, isPrefixKept: true },
  { kind: "discord-webhook", prefix: "discord.com/api/webhooks/", anchor: "oks/", alphabet: "path", minimum: 12, isPrefixKept: true },
  ...shapes("google-api-key", "base64url", 30, "AIza"),
  ...shapes("google-access-token", "dotted", 16, "ya29."),
  ...shapes("google-refresh-token", "base64url", 30, "1//0"),
  ...shapes("google-client-secret", "base64url", 20, "GOCSPX-"),
  { kind: "payment-key", prefix: "sk_live_", alphabet: "word", minimum: 10 },
  ...shapes("payment-key", "word", 10, "sk_test_", "rk_live_", "rk_test_", "whsec_"),
  ...shapes("npm-token", "word", 30, "npm_"),
  ...shapes("pypi-token", "base64url", 16, "pypi-AgE", "pypi-"),
  { kind: "twilio-key", prefix: "SK", alphabet: "hex", minimum: 32, isWord: true },
  { kind: "sendgrid-key", prefix: "SG.", alphabet: "dotted", minimum: 32, isWord: true },
  ...shapes("model-key", "base64url", 16, "sk-ant-", "sk-proj-", "sk-svcacct-", "sk-admin-", "sk-or-v1-"),
  { kind: "model-key", prefix: "sk-", alphabet: "word", minimum: 32, isWord: true },
  ...shapes("vault-token", "dotted", 16, "hvs.", "hvb.", "hvr."),
  ...shapes("terraform-token", "dotted", 30, ".atlasv1."),
  ...shapes("hugging-face-token", "word", 30, "hf_"),
  ...shapes("datadog-key", "word", 24, "ddapp_", "pub_dd"),
  ...shapes("databricks-token", "hex", 32, "dapi"),
  ...shapes("digitalocean-token", "hex", 32, "dop_v1_", "doo_v1_", "dor_v1_"),
  ...shapes("docker-token", "base64url", 20, "dckr_pat_", "dckr_oat_"),
  ...shapes("doppler-token", "dotted", 20, "dp.pt.", "dp.st.", "dp.sa.", "dp.ct."),
  ...shapes("atlassian-token", "dotted", 40, "ATATT3", "ATCTT3", "ATBB"),
  ...shapes("grafana-token", "word", 24, "glsa_", "glc_"),
  ...shapes("linear-key", "word", 24, "lin_api_"),
  ...shapes("new-relic-key", "base64url", 20, "NRAK-"),
  ...shapes("postman-key", "base64url", 24, "PMAK-"),
  ...shapes("pulumi-token", "hex", 32, "pul-"),
  ...shapes("rubygems-key", "hex", 32, "rubygems_"),
  ...shapes("sentry-token", "dotted", 24, "sntrys_", "sntryu_"),
  ...shapes("shopify-token", "hex", 24, "shpat_", "shpss_", "shpca_"),
  ...shapes("square-token", "base64url", 20, "sq0atp-", "sq0csp-"),
  ...shapes("telegram-token", "base64url", 32, ":AAE", ":AAF", ":AAG", ":AAH"),
  ...shapes("age-key", "word", 20, "AGE-SECRET-KEY-1", "age-secret-key-1"),
  ...shapes("private-key", "base64", 24, "MIIEvQIBADAN", "MIIEvgIBADAN", "MIIEvAIBADAN", "MIIEpAIBAAK", "MIIEpQIBAAK", "MIIEowIBAAK"),
  ...shapes("private-key", "base64", 24, "MIICdgIBADAN", "MIICdwIBADAN", "MIICXAIBAAK", "MIICXQIBAAK", "MIIJQgIBADAN", "MIIJQwIBADAN"),
  ...shapes("private-key", "base64", 24, "MIIJKAIBAAK", "MIIJKQIBAAK", "MHcCAQEEI", "MIGHAgEAMBMG", "MC4CAQAwBQYDK2Vw", "b3BlbnNzaC1rZXktdjE"),
  { kind: "jwt", prefix: "eyJ", alphabet: "base64url", minimum: 8 },
];

/** Shapes with their mark inside: the mark, and what stands around it. */
export const markedShapes: readonly { readonly kind: string; readonly mark: string; readonly before: RegExp; readonly after: RegExp }[] = [
  { kind: "entra-client-secret", mark: "Q~", before: /[A-Za-z0-9_~.-]{3}\d$/, after: /^[A-Za-z0-9_~.-]{28,40}/ },
  { kind: "model-key", mark: "T3BlbkFJ", before: /sk-[A-Za-z0-9_-]{8,100}$/, after: /^[A-Za-z0-9_-]{8,100}/ },
  ...["+ASt", "+AMC", "+ABa", "+AIo", "+AEh", "+ARm", "+ACR", "AzCa", "AzSe", "AzFu", "APIM", "ACDb"].map((mark) => ({
    kind: "azure-key",
    mark,
    before: /[A-Za-z0-9+/_-]{28,80}$/,
    after: /^[A-Za-z0-9+/_-]{5,6}={1,2}/,
  })),
];
