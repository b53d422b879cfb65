// The one way out over HTTP: where it may go, and what it bounds. Real servers on loopback; names are resolved by the test.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { addressGuard } from "../../alert/address-guard.ts";
import { HttpClient, type HttpClientOptions } from "../../alert/http-client.ts";
import { PermanentError, TransientError } from "../../model/errors.ts";
import { type HttpReceiver, startHttpReceiver } from "../stand-ins/http-receiver.ts";
import { hasOpenssl, selfSigned, type TlsFiles } from "../stand-ins/self-signed.ts";
import { refusedAddresses, refusedUrls } from "./refused-addresses.ts";

const signal = new AbortController().signal;
const loopback = ["127.0.0.1"];
/** So long it waits where it will be answered, however busy the machine; and where nothing will come. */
const [patientMs, impatientMs] = [20_000, 250];

let receiver: HttpReceiver;
beforeAll(async () => {
  receiver = await startHttpReceiver();
});
afterAll(() => receiver.close());
afterEach(() => {
  receiver.requests.length = 0;
  receiver.behave(() => ({ status: 200 }));
});

async function send(url: string, options: Partial<HttpClientOptions> = {}) {
  const client = new HttpClient({ allowHosts: [], timeoutMs: patientMs, ...options });
  try {
    return await client.send({ url, headers: {}, body: "{}", signal });
  } finally {
    await client.close();
  }
}

describe("where it may go", () => {
  test("at least 120 ways to write an address that is not public are refused, and nothing is sent", async () => {
    expect(refusedAddresses.length + refusedUrls.length).toBeGreaterThanOrEqual(120);
    const guard = addressGuard([]);
    for (const address of refusedAddresses) expect(() => guard.check("receiver.example", address), address).toThrow(PermanentError);
    for (const url of refusedUrls) await expect(send(url), url).rejects.toThrow(/not a public address|link-local or metadata|cannot be read/);
  });

  test.each([...refusedAddresses.slice(0, 12), "127.0.0.1"])("a name that stands for %s is refused", async (address) => {
    const family = address.includes(":") ? 6 : 4;
    const resolve: HttpClientOptions["resolve"] = (_host, _options, callback) => callback(null, [{ address, family }]);
    await expect(send("http://receiver.example/", { resolve })).rejects.toThrow(PermanentError);
  });

  test("a name that stands for a public and a private address is refused", async () => {
    const resolve: HttpClientOptions["resolve"] = (_host, _options, callback) =>
      callback(null, [
        { address: "93.184.215.14", family: 4 },
        { address: "10.0.0.1", family: 4 },
      ]);
    await expect(send("http://receiver.example/", { resolve })).rejects.toThrow(/receiver\.example: 10\.0\.0\.1 is not a public address/);
  });

  test("a name is resolved once for each connection, and what was checked is what is connected to", async () => {
    // Public when it is looked at, private when it is used: each answer is checked, and none is asked for twice.
    const answers = ["127.0.0.1", "10.0.0.1"];
    let asked = 0;
    const resolve: HttpClientOptions["resolve"] = (_host, _options, callback) =>
      callback(null, [{ address: answers[asked++] ?? "10.0.0.1", family: 4 }]);
    const { port } = new URL(receiver.url);
    const client = new HttpClient({ allowHosts: loopback, timeoutMs: patientMs, resolve });
    const request = { url: `http://receiver.example:${port}/`, headers: { connection: "close" }, body: "{}", signal };
    receiver.behave(() => ({ status: 200, headers: { connection: "close" } }));
    await expect(client.send(request)).resolves.toMatchObject({ status: 200 });
    await expect(client.send(request)).rejects.toThrow(/10\.0\.0\.1 is not a public address/);
    await client.close();
    expect([asked, receiver.requests.length]).toEqual([2, 1]);
  });

  test("what the configuration names may be reached; a metadata address only by itself", () => {
    const guard = addressGuard(["siem.internal", "10.20.0.0/16", "127.0.0.1", "::1"]);
    for (const [host, address] of [
      ["siem.internal", "192.168.1.5"],
      ["SIEM.internal.", "10.0.0.1"],
      ["other", "10.20.255.1"],
      ["localhost", "127.0.0.1"],
      ["localhost", "::1"],
      ["hooks.example", "93.184.215.14"],
      ["hooks.example", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
    ] as const)
      expect(() => guard.check(host, address)).not.toThrow();
    expect(() => guard.check("siem.internal", "169.254.169.254")).toThrow(/must name that address itself/);
    expect(() => guard.check("other", "10.21.0.1")).toThrow(/add other to alerts\.allow_hosts/);
    expect(() => addressGuard(["169.254.169.254"]).check("metadata", "169.254.169.254")).not.toThrow();
  });

  test("redirects are answers: nothing is asked of where they lead", async () => {
    const other = await startHttpReceiver();
    receiver.behave(() => ({ status: 307, headers: { location: other.url } }));
    expect(await send(receiver.url, { allowHosts: loopback })).toMatchObject({ status: 307 });
    expect(other.requests).toEqual([]);
    await other.close();
  });
});

describe("what it bounds", () => {
  test("an answer of 10 MB is read to the limit, and its status stands", async () => {
    receiver.behave(() => ({ status: 200, body: "x".repeat(10_000_000) }));
    const answer = await send(receiver.url, { allowHosts: loopback });
    expect([answer.status, answer.isWhole, answer.body.length]).toEqual([200, false, 64 * 1024]);
  });

  test("no answer, and one that never ends, are over when their time is", async () => {
    receiver.behave(() => undefined);
    const options = { allowHosts: loopback, timeoutMs: impatientMs };
    await expect(send(receiver.url, options)).rejects.toThrow(/no answer within 0\.25 s/);
    receiver.behave((_request, response) => {
      response.writeHead(200);
      response.write("x");
      return undefined;
    });
    // On a busy machine its time may be over before the first byte is there.
    await expect.poll(() => send(receiver.url, options).catch(String)).toMatchObject({ status: 200, body: "x", isWhole: false });
  });

  test("messages name the host, never the path, the query or a password in the URL", async () => {
    const { port } = new URL(receiver.url);
    receiver.behave((_request, _response, socket) => {
      socket.destroy();
      return undefined;
    });
    const failed = send(`http://user:hidden@127.0.0.1:${port}/hidden?token=hidden`, { allowHosts: loopback });
    await expect(failed).rejects.toThrow(TransientError);
    await expect(failed).rejects.not.toThrow(/hidden/);
    const resolve: HttpClientOptions["resolve"] = (host, _options, callback) =>
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND" }), []);
    await expect(send("http://nowhere.invalid/hidden", { resolve })).rejects.toThrow(/^nowhere\.invalid: no address is known/);
  });
});

describe.skipIf(!hasOpenssl && process.env.CI === undefined)(`certificates${hasOpenssl ? "" : " (no openssl to make them with)"}`, () => {
  let folder: string;
  let good: TlsFiles;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "machinetrail-tls-"));
    good = selfSigned(folder, "good", 2);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("one of an authority that is named is trusted, by the receiver's own name", async () => {
    const secure = await startHttpReceiver(() => ({ status: 200 }), good);
    expect(await send(secure.url, { allowHosts: loopback, authorities: [good.cert] })).toMatchObject({ status: 200 });
    await secure.close();
  });

  test("one that nobody vouches for, one of another name and one that is over are refused", async () => {
    const unknown = await startHttpReceiver(() => ({ status: 200 }), good);
    await expect(send(unknown.url, { allowHosts: loopback })).rejects.toThrow(/certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
    await unknown.close();
    const otherName = selfSigned(folder, "other", 2, "DNS:elsewhere.example");
    const wrong = await startHttpReceiver(() => ({ status: 200 }), otherName);
    await expect(send(wrong.url, { allowHosts: loopback, authorities: [otherName.cert] })).rejects.toThrow(/ERR_TLS_CERT_ALTNAME_INVALID/);
    await wrong.close();
    const over = selfSigned(folder, "over", -1);
    const expired = await startHttpReceiver(() => ({ status: 200 }), over);
    await expect(send(expired.url, { allowHosts: loopback, authorities: [over.cert] })).rejects.toThrow(/CERT_HAS_EXPIRED/);
    await expired.close();
    expect([unknown, wrong, expired].flatMap(({ requests }) => requests)).toEqual([]);
  });
});
