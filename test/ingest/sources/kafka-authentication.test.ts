// How a reader logs in to Kafka: tokens of an OAuth server that answers as it likes, and those of Amazon MSK, which are made here.
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KafkaSasl, kafkaSaslSchema, saslOptions } from "../../../ingest/sources/kafka-authentication.ts";

/** Asks as kafkajs does when it connects. */
async function tokenOf(sasl: KafkaSasl): Promise<() => Promise<string>> {
  const options = saslOptions(sasl, () => "very-secret");
  if (options.mechanism !== "oauthbearer") throw new Error("no token is asked for");
  return async () => (await options.oauthBearerProvider()).value;
}

describe("a token by client credentials", () => {
  let server: Server;
  let url = "";
  let answer: { status: number; body: string };
  let asked: URLSearchParams[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let form = "";
      request.setEncoding("utf8").on("data", (chunk: string) => {
        form += chunk;
      });
      request.on("end", () => {
        asked.push(new URLSearchParams(form));
        response.writeHead(answer.status).end(answer.body);
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/token`;
  });
  afterAll(() => server.close());

  const login = () =>
    kafkaSaslSchema.parse({ mechanism: "oauthbearer", token_endpoint: url, client_id: "reader", client_secret: { env: "SECRET" }, scope: "kafka" });
  const answered = async (status: number, body: string) => {
    answer = { status, body };
    asked = [];
    return tokenOf(login());
  };

  test("is asked for once while it lasts, by several connections", async () => {
    const token = await answered(200, JSON.stringify({ access_token: "first", expires_in: 60 }));
    expect([await token(), await token()]).toEqual(["first", "first"]);
    expect(asked.map((form) => Object.fromEntries(form))).toEqual([
      { grant_type: "client_credentials", client_id: "reader", client_secret: "very-secret", scope: "kafka" },
    ]);
  });

  test("that lasts no longer than a moment is asked for again", async () => {
    const token = await answered(200, JSON.stringify({ access_token: "first", expires_in: 0.001 }));
    await token();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await token();
    expect(asked).toHaveLength(2);
  });

  test.each([
    ["a refusal", 401, "{}", "PermanentError", /refused the client: status 401/],
    ["a server in trouble", 503, "", "TransientError", /status 503/],
    ["a redirection", 302, "", "PermanentError", /status 302/],
    ["no JSON", 200, "<html>very-secret</html>", "PermanentError", /no access_token/],
    ["no token", 200, '{"error":"very-secret"}', "PermanentError", /no access_token/],
    ["a flood", 200, "x".repeat(100_000), "PermanentError", /too large/],
  ])("%s is told as what it is, and repeats nothing of what was sent", async (_, status, body, name, message) => {
    const token = await answered(status, body);
    const error = await token().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name, message: expect.stringMatching(message) });
    expect(String(error)).not.toContain("very-secret");
  });

  test("is not asked for over the network without encryption", () => {
    expect(kafkaSaslSchema.safeParse({ ...login(), token_endpoint: "http://login.example.com/token" }).success).toBe(false);
    expect(kafkaSaslSchema.safeParse({ ...login(), token_endpoint: "https://login.example.com/token" }).success).toBe(true);
  });

  test.each(["https://", "login"])("is not asked for at %s, which is no address", (token_endpoint) => {
    expect(kafkaSaslSchema.safeParse({ ...login(), token_endpoint }).success).toBe(false);
  });
});

test("a token of Amazon MSK is a signed address of the region, for connecting and nothing else", async () => {
  const before = { id: process.env.AWS_ACCESS_KEY_ID, key: process.env.AWS_SECRET_ACCESS_KEY };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" });
  try {
    const token = await tokenOf(kafkaSaslSchema.parse({ mechanism: "aws-msk-iam", region: "eu-west-1" }));
    const signed = new URL(Buffer.from(await token(), "base64url").toString());
    expect(signed.host).toBe("kafka.eu-west-1.amazonaws.com");
    expect(signed.searchParams.get("Action")).toBe("kafka-cluster:Connect");
    expect(signed.searchParams.get("X-Amz-Signature")).toMatch(/^[0-9a-f]{64}$/);
  } finally {
    for (const [name, value] of [
      ["AWS_ACCESS_KEY_ID", before.id],
      ["AWS_SECRET_ACCESS_KEY", before.key],
    ] as const)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  }
});
