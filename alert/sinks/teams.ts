// Microsoft Teams by the webhook of a Workflow: an Adaptive Card. What a record holds stands in text runs only, which know no Markdown, no link, no mention.
import type { Alert } from "../alert.ts";
import type { HttpClient } from "../http-client.ts";
import { httpOutcome } from "../http-outcome.ts";
import { sendEach } from "../send-each.ts";
import { chainText, cutText, withoutLinks } from "../short-text.ts";
import type { Sink } from "../sink.ts";

interface TeamsOptions {
  readonly id: string;
  /** The URL is the secret. */
  readonly url: string;
  readonly http: HttpClient;
}

const shownReasons = 3;
const shownLines = 15;

export function teamsSink({ id, url, http }: TeamsOptions): Sink {
  return {
    id,
    followUps: "graver",
    batchSize: 20,
    send: (alerts, signal) =>
      sendEach(alerts, { atOnce: 1, signal }, async (alert) => {
        const content = adaptiveCard(alert);
        const attachments = [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }];
        const body = JSON.stringify({ type: "message", attachments });
        return httpOutcome(await http.send({ url, headers: { "content-type": "application/json" }, body, signal }));
      }),
    close: () => http.close(),
  };
}

/** `id` of the card: that of the delivery. */
export function adaptiveCard(alert: Alert): object {
  const card = (body: readonly object[], actions: readonly object[] = []): object => ({
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    ...{ type: "AdaptiveCard", version: "1.4", id: alert.id, body, actions },
  });
  if (alert.kind === "notice") return card([line(alert.title, "Large"), ...alert.lines.slice(0, shownLines).map((text) => line(text))]);
  const { finding, summary, severity, event, link } = alert;
  const title = event === "decided" ? `${summary.who}: ${summary.decision ?? "open again"}` : `${severity.toUpperCase()}  ${summary.title}`;
  const reasons = summary.reasons.slice(0, shownReasons).flatMap(({ observed, normal }) => [line(`Seen: ${observed}`), line(`Normal: ${normal}`)]);
  return card(
    [
      line(title, "Large"),
      line(summary.sentence),
      ...reasons,
      ...(summary.chain.length > 1 ? [line(`Chain, as records state it: ${chainText(summary.chain, 500)}`)] : []),
      line([`risk ${finding.risk} of 100`, ...(summary.odds === "" ? [] : [summary.odds]), `finding ${finding.finding_uid}`].join(" · "), "Small"),
    ],
    link === undefined ? [] : [{ type: "Action.OpenUrl", title: "Open finding", url: link }],
  );
}

function line(text: string, size = "Default"): object {
  // Dates and times are functions in double braces, in any text.
  const shown = cutText(withoutLinks(text).replaceAll("{{", "{ {"), 600) || "-";
  return { type: "RichTextBlock", inlines: [{ type: "TextRun", text: shown, size, ...(size === "Large" && { weight: "Bolder" }) }] };
}
