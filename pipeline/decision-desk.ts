// Decisions about findings that come over HTTP: from whoever holds a token for it, and by the buttons of Slack. Here it is known who may decide;
// what a decision is, is decide-finding.ts'.
import { timingSafeEqual } from "node:crypto";
import { SlackRequests, slackDecision } from "../alert/slack-interaction.ts";
import type { Config } from "./config.ts";
import { type DecidedFinding, type DecisionRequest, decisionRequestSchema } from "./decide-finding.ts";
import { digestOfToken } from "./ingest-token.ts";
import { secretText } from "./secret-values.ts";

type Settings = Pick<Config, "http" | "alerts">;

/** decideFinding, over the store of the process. */
type Decide = (request: DecisionRequest, nowMs: number) => Promise<DecidedFinding>;

export interface SlackRequest {
  /** Of the header x-slack-request-timestamp. */
  readonly timestamp: string;
  /** Of the header x-slack-signature. */
  readonly signature: string;
  readonly body: string;
}

export class DecisionDesk {
  readonly #decide: Decide;
  #deciders: Config["http"]["decisionTokens"] = [];
  #slack: SlackRequests | undefined;
  #slackSecret = "";

  /** @throws ConfigError where the signing secret cannot be read. */
  constructor(decide: Decide, settings: Settings) {
    this.#decide = decide;
    this.reconfigure(settings);
  }

  /** From the next request on. @throws ConfigError where the signing secret cannot be read; nothing changes then. */
  reconfigure({ http, alerts }: Settings): void {
    const reference = alerts.slackSigningSecret;
    const secret = reference === undefined ? "" : secretText(reference, alerts.environment, "alerts.slack_signing_secret");
    this.#deciders = http.decisionTokens;
    // What was taken already is remembered for as long as the secret is the same.
    if (secret !== this.#slackSecret) this.#slack = secret === "" ? undefined : new SlackRequests(secret);
    this.#slackSecret = secret;
  }

  /** Name of who holds the token; undefined where nobody does. */
  deciderOf(token: string): string | undefined {
    const digest = Buffer.from(digestOfToken(token), "hex");
    let name: string | undefined;
    for (const decider of this.#deciders) if (timingSafeEqual(decider.digest, digest)) name = decider.name;
    return name;
  }

  /** Sentences on what is wrong with the request, or the decision. @throws UndecidableError where there is no such finding, or the mute is over. */
  async decide(findingUid: string, request: unknown, by: string): Promise<DecidedFinding | readonly string[]> {
    const { data, error } = decisionRequestSchema.safeParse(request);
    if (data === undefined) return error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")} ${message}`));
    const mutedUntilMs = data.muted_until === undefined ? 0 : Date.parse(data.muted_until);
    return this.#decide({ findingUid, state: data.state, reason: data.reason, mutedUntilMs, by }, Date.now());
  }

  /** Why Slack's request is refused; undefined where it is Slack's, of now, and new. */
  slackRefusal(request: SlackRequest): string | undefined {
    if (this.#slack === undefined) return "no signing secret is configured: alerts.slack_signing_secret";
    return this.#slack.refusal({ ...request, nowMs: Date.now() });
  }

  /** Undefined where the request holds no choice of ours. Only after `slackRefusal` had nothing to say. @throws UndecidableError as `decide`. */
  async decideBySlack(body: string): Promise<DecidedFinding | undefined> {
    const chosen = slackDecision(body);
    if (chosen === undefined) return undefined;
    const { findingUid, state, mutedForMs, reason, by } = chosen;
    const nowMs = Date.now();
    return this.#decide({ findingUid, state, reason, mutedUntilMs: mutedForMs === 0 ? 0 : nowMs + mutedForMs, by }, nowMs);
  }
}
