// CloudTrail for tests: LookupEvents with its pages and its throttling, and ListPublicKeys, in its protocol (JSON 1.1). No other stand-in has them.
import { once } from "node:events";
import { createServer } from "node:http";

export interface HistoryEvent {
  readonly EventId: string;
  /** Milliseconds. */
  readonly timeMs: number;
  readonly CloudTrailEvent: string;
}

export interface PublicKey {
  readonly Fingerprint: string;
  /** PKCS #1, DER, base64. */
  readonly Value: string;
}

export interface CloudTrailServer {
  readonly url: string;
  readonly events: HistoryEvent[];
  readonly keys: PublicKey[];
  /** What was asked, newest last. */
  readonly requests: { readonly action: string; readonly input: Readonly<Record<string, unknown>>; readonly answered: string }[];
  /** So many requests are refused before the next one is answered. */
  throttled: number;
  /** Answered to each request where it is set: the type of an error. */
  refusal: string | undefined;
  stop(): Promise<void>;
}

const target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.";

export async function startCloudTrailServer(): Promise<CloudTrailServer> {
  const answerTo = (action: string, input: Readonly<Record<string, unknown>>): object => {
    if (action === "ListPublicKeys") return { PublicKeyList: running.keys.map((key) => ({ ...key, ValidityStartTime: 0, ValidityEndTime: 4e9 })) };
    const start = Number(input.StartTime ?? 0) * 1000;
    const end = Number(input.EndTime ?? Number.MAX_SAFE_INTEGER) * 1000;
    const newestFirst = running.events.filter(({ timeMs }) => timeMs >= start && timeMs <= end).sort((a, b) => b.timeMs - a.timeMs);
    const from = Number(input.NextToken ?? 0);
    const size = Number(input.MaxResults ?? 50);
    const page = newestFirst.slice(from, from + size);
    return {
      Events: page.map(({ timeMs, ...event }) => ({ ...event, EventTime: timeMs / 1000, ReadOnly: "false" })),
      ...(from + size < newestFirst.length ? { NextToken: String(from + size) } : {}),
    };
  };
  const server = createServer(async (asked, answer) => {
    const body = Buffer.concat((await asked.toArray()) as Buffer[]).toString("utf8");
    const action = String(asked.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const input = JSON.parse(body) as Readonly<Record<string, unknown>>;
    const type = running.refusal ?? (running.throttled-- > 0 ? "ThrottlingException" : undefined);
    running.requests.push({ action, input, answered: type ?? "ok" });
    answer.writeHead(type === undefined ? 200 : 400, { "content-type": "application/x-amz-json-1.1" });
    answer.end(JSON.stringify(type === undefined ? answerTo(action, input) : { __type: `${target}${type}`, message: "Rate exceeded" }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const running: CloudTrailServer = {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    events: [],
    keys: [],
    requests: [],
    throttled: 0,
    refusal: undefined,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return running;
}
