// Signatures as receivers check them: with the package of Standard Webhooks itself, and by ed25519's public key.
import { generateKeyPairSync, randomBytes, verify } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { HttpClient } from "../../alert/http-client.ts";
import { webhookSink } from "../../alert/sinks/webhook.ts";
import { signedHeaders, signingKey } from "../../alert/standard-webhooks.ts";
import { ConfigError } from "../../model/errors.ts";
import { ocsfDetectionFindingSchema } from "../report/ocsf-schema.ts";
import { startHttpReceiver } from "../stand-ins/http-receiver.ts";
import { findingAlert } from "./alerts.ts";

const secret = () => `whsec_${randomBytes(32).toString("base64")}`;

test("a receiver with the old secret and one with the new read what is sent while both are in use, and it is OCSF", async () => {
  const [before, after] = [secret(), secret()];
  const receiver = await startHttpReceiver();
  const http = new HttpClient({ allowHosts: ["127.0.0.1"] });
  const sink = webhookSink({ id: "hook", url: receiver.url, keys: [signingKey(before), signingKey(after)], http });
  const alert = findingAlert();
  await sink.send([alert], new AbortController().signal);
  await sink.close();
  await receiver.close();
  const [request] = receiver.requests;
  for (const each of [before, after]) expect(new Webhook(each).verify(request?.body ?? "", { ...request?.headers })).toEqual(alert.ocsf);
  expect(() => new Webhook(secret()).verify(request?.body ?? "", { ...request?.headers })).toThrow("No matching signature");
  expect(ocsfDetectionFindingSchema.safeParse(JSON.parse(request?.body ?? "")).error).toBeUndefined();
});

test("an ed25519 signature is that of id, time and body, whichever way its key is written", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const seed = privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);
  const point = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  for (const bytes of [seed, Buffer.concat([seed, point])]) {
    const headers = signedHeaders("id-1", '{"a":1}', [signingKey(`whsk_${bytes.toString("base64")}`)], 1_700_000_000_999);
    const signature = headers["webhook-signature"]?.split(",") ?? [];
    expect(signature[0]).toBe("v1a");
    expect(verify(null, Buffer.from('id-1.1700000000.{"a":1}'), publicKey, Buffer.from(signature[1] ?? "", "base64"))).toBe(true);
  }
});

test.each(["", "hidden", "whsec_", "whsec_aGlkZGVu", "whsk_aGlkZGVu", `whsec_${"A".repeat(100)}`])(
  "a secret that is none (%s) is refused without being repeated",
  (text) => {
    expect(() => signingKey(text)).toThrow(ConfigError);
    expect(() => signingKey(text)).not.toThrow(/aGlkZGVu|hidden/);
  },
);
