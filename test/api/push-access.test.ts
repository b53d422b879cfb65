// Who may write as which source: tokens, tokens that another signs, and certificates; on every route, against the real server.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Issuer, type TokenClaims } from "./oidc-issuer.ts";
import { type ProviderBody, providerBodies } from "./push-bodies.ts";
import { type Answer, bearer, digestOf, send, storedOf } from "./push-client.ts";
import { type RunningApi, runApi } from "./run-api.ts";

const tokens = { first: "token-of-the-first-source", second: "token-of-the-second-source", older: "token-that-is-being-replaced" };

let folder = "";
let api: RunningApi;
let issuer: Issuer;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "machinetrail-access-"));
  issuer = await Issuer.start();
  const held = (...names: (keyof typeof tokens)[]) => names.map((name) => ({ name, sha256: digestOf(tokens[name]) }));
  api = await runApi(folder, {
    sources: [
      { id: "first", type: "http-push", tokens: held("first", "older"), pubsub: issuer.settings("audience") },
      { id: "second", type: "http-push", tokens: held("second"), pubsub: issuer.settings("another-audience") },
      { id: "third", type: "http-push" },
      { id: "away", type: "http-push", pubsub: { ...issuer.settings("audience"), jwks_url: "http://127.0.0.1:9/certs" } },
    ],
  });
});
afterAll(async () => {
  await api.close();
  await issuer.close();
  rmSync(folder, { recursive: true, force: true });
});

function credentials({ signIn }: ProviderBody, token: string): { readonly headers: Record<string, string>; readonly query: string } {
  if (signIn === "firehose") return { headers: { "x-amz-firehose-access-key": token }, query: "" };
  return signIn === "query" ? { headers: {}, query: `?token=${token}` } : { headers: bearer(token), query: "" };
}

async function answer(provider: ProviderBody, source: string, token: string | undefined): Promise<Pick<Answer, "status" | "body">> {
  const { headers, query } = token === undefined ? { headers: {}, query: "" } : credentials(provider, token);
  const contentType = provider.contentType ?? "application/json";
  const sent = provider.body([provider.part("id")]);
  const { status, body } = await send(`${api.url}/push/${source}/${provider.route}${query}`, {
    headers: { "content-type": contentType, ...headers },
    body: sent,
  });
  return { status, body: body.replace(/"timestamp":\d+/, "") };
}

const status = async (provider: ProviderBody, source: string, token: string | undefined) => (await answer(provider, source, token)).status;

describe.each(providerBodies)("$name", (provider) => {
  test("takes what the source's own token brings, and nothing with another's, an unknown one or none", async () => {
    const isSigned = provider.signIn === "pubsub";
    const own = isSigned ? await issuer.token({ audience: "audience" }) : tokens.first;
    const others = isSigned ? await issuer.token({ audience: "another-audience" }) : tokens.second;
    expect(await status(provider, "first", own)).toBe(200);
    expect(await status(provider, "first", others)).toBe(403);
    expect(await status(provider, "second", own)).toBe(403);
    // One that has no sign-in of this kind.
    expect(await status(provider, "third", own)).toBe(isSigned ? 401 : 403);
    for (const unknown of ["unknown", `${own}x`, own.slice(1), own.toUpperCase(), digestOf(own)])
      expect(await status(provider, "first", unknown)).toBe(401);
    expect(await status(provider, "first", undefined)).toBe(401);
    // One of ours where another's signature is asked for, and the reverse.
    expect(await status(provider, "first", isSigned ? tokens.first : await issuer.token())).toBe(401);
    // What does not exist looks no different to who has no token.
    for (const token of [undefined, "unknown"]) expect(await answer(provider, "nobody", token)).toEqual(await answer(provider, "first", token));
  });
});

test("of what was refused nothing is stored; a second token of a source counts as the first, so that one can be replaced", async () => {
  const line = (id: string) =>
    JSON.stringify({ eventVersion: "1.11", eventSource: "s3.amazonaws.com", eventName: "GetObject", eventTime: "2026-11-02T03:04:05Z", eventID: id });
  const post = (token: string, id: string) =>
    send(`${api.url}/push/second/ndjson`, { headers: { ...bearer(token), "content-type": "text/plain" }, body: line(id) });
  expect([(await post(tokens.first, "a")).status, (await post("x", "b")).status, (await post(tokens.second, "c")).status]).toEqual([403, 401, 200]);
  const { events } = await storedOf(api.url, api.config, "second", tokens.second);
  expect(events).toContain("c");
  expect(events.filter((event) => event === "a" || event === "b")).toEqual([]);
  const older = await send(`${api.url}/push/first/ndjson`, { headers: { ...bearer(tokens.older), "content-type": "text/plain" }, body: line("d") });
  expect(older.status).toBe(200);
});

describe("tokens that Google signs", () => {
  const post = (token: string, source = "first") => send(`${api.url}/push/${source}/pubsub`, { headers: bearer(token), body: "{}" });
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const nowSeconds = Math.floor(Date.now() / 1000);
  const claims = {
    iss: Issuer.issuerName,
    aud: "audience",
    email: Issuer.serviceAccount,
    email_verified: true,
    iat: nowSeconds - 60,
    exp: nowSeconds + 600,
  };

  test.each<[string, TokenClaims, number]>([
    ["expired", { expiresIn: -120 }, 401],
    ["for another audience", { audience: "somebody-else" }, 403],
    ["of another issuer", { issuer: "https://accounts.example.com" }, 403],
    ["signed with a key that is not published", { isOfUnknownKey: true }, 401],
    ["of another service account", { email: "other@project.iam.gserviceaccount.com" }, 403],
    ["without an e-mail address", { email: undefined }, 401],
    ["with an e-mail address that nobody verified", { isVerified: false }, 403],
  ])("%s: refused", async (_, of, expected) => {
    expect((await post(await issuer.token({ audience: "audience", ...of }))).status).toBe(expected);
  });

  test("with algorithm none, or signed with the public key as a secret: refused", async () => {
    for (const alg of ["none", "None", "NONE"])
      for (const signature of ["", "c2ln"])
        expect((await post(`${encoded({ alg, kid: "known" })}.${encoded(claims)}.${signature}`)).status).toBe(401);
    const secret = new TextEncoder().encode(await issuer.publicKey());
    const symmetric = await new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: "known" }).sign(secret);
    expect((await post(symmetric)).status).toBe(401);
    const [head = "", , signature = ""] = (await issuer.token({ audience: "audience" })).split(".");
    expect((await post(`${head}.${encoded(claims)}.${signature}`)).status).toBe(401);
    for (const broken of ["", "a.b.c", "..", `${head}..`, `${"x".repeat(9000)}.y.z`]) expect((await post(broken)).status).toBe(401);
  });

  test("a key that is not known makes the issuer be asked no more than once in a while, whoever sends it", async () => {
    const before = issuer.asked;
    for (let index = 0; index < 20; index++) await post(await issuer.token({ audience: "audience", isOfUnknownKey: true }));
    expect(issuer.asked - before).toBeLessThanOrEqual(1);
  });

  test("where the keys cannot be had the answer is 503, and the message comes again; a source that names no subscription takes none", async () => {
    const token = await issuer.token({ audience: "audience" });
    const away = await post(token, "away");
    expect([away.status, away.headers["retry-after"]]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    expect((await post(token, "third")).status).toBe(401);
  });
});

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0 || process.env.CI === "true";

describe.skipIf(!hasOpenssl && process.env.CI === undefined)(`over TLS${hasOpenssl ? "" : " (skipped: needs openssl)"}`, () => {
  const file = (name: string) => path.join(folder, name);
  const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { stdio: "ignore", cwd: folder });
  const certificate = (name: string, subject: string, authority?: string) => {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file(`${name}.key`)];
    const signed = authority === undefined ? [] : ["-CA", file(`${authority}.crt`), "-CAkey", file(`${authority}.key`)];
    openssl(
      "req",
      "-x509",
      ...key,
      ...signed,
      "-out",
      file(`${name}.crt`),
      "-days",
      "2",
      "-subj",
      `/CN=${subject}`,
      "-addext",
      "subjectAltName=IP:127.0.0.1",
    );
  };
  const read = (name: string) => readFileSync(file(name));

  beforeAll(() => {
    writeFileSync(file("none"), "");
    certificate("authority", "authority");
    certificate("server", "server");
    certificate("client", "client", "authority");
    certificate("stranger", "stranger");
  });

  test("a client without a certificate of the authority is refused whatever its token, and what needs no token needs no certificate", async () => {
    const mutual = await runApi(path.join(folder, "mutual"), {
      http: { tls: { certificate: { file: file("server.crt") }, key: { file: file("server.key") }, client_ca: { file: file("authority.crt") } } },
      sources: [{ id: "first", type: "http-push", tokens: [{ name: "x", sha256: digestOf(tokens.first) }] }],
    });
    expect(mutual.url).toMatch(/^https:/);
    const ca = read("server.crt");
    const post = (tls: object, token = tokens.first) =>
      send(`${mutual.url}/push/first/ndjson`, { tls: { ca, ...tls }, headers: { ...bearer(token), "content-type": "text/plain" }, body: "{}" });
    const client = { cert: read("client.crt"), key: read("client.key") };
    const stranger = { cert: read("stranger.crt"), key: read("stranger.key") };
    expect((await post(client)).status).toBe(200);
    expect((await post(client, "unknown")).status).toBe(401);
    expect(await post({})).toMatchObject({ status: 401, body: expect.stringContaining("client certificate") });
    expect((await post(stranger)).status).toBe(401);
    expect((await send(`${mutual.url}/openapi.json`, { method: "GET", tls: { ca } })).status).toBe(200);
    await mutual.close();
  });

  test("a certificate that was renewed counts for the next connection, and one that is none leaves the one before in force", async () => {
    const api = await runApi(path.join(folder, "renewed"), {
      http: { tls: { certificate: { file: file("server.crt") }, key: { file: file("server.key") } } },
    });
    const answers = (name: string) => send(`${api.url}/healthz`, { method: "GET", tls: { ca: read(name) } }).then(({ status }) => status);
    expect(await answers("server.crt")).toBe(200);
    const pem = (name: string) => read(name).toString();
    api.renew({ certificate: pem("stranger.crt"), key: pem("stranger.key"), clientCa: undefined });
    expect(await answers("stranger.crt")).toBe(200);
    await expect(answers("server.crt")).rejects.toThrow();
    expect(() => api.renew({ certificate: "none", key: "none", clientCa: undefined })).toThrow();
    expect(await answers("stranger.crt")).toBe(200);
    await api.close();
  });
});

test("in all of this the server logged nothing", () => {
  expect(api.log).toEqual([]);
});
