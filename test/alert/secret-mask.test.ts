// Secrets in what receivers say again: no form of them stays, wherever it stands and whatever stands around it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { httpOutcome } from "../../alert/http-outcome.ts";
import { secretMask } from "../../alert/secret-mask.ts";

const secret = fc.string({ unit: fc.constantFrom(..."abXY09-_/+=&<>\"'%$.*()[]{}|^?~"), minLength: 8, maxLength: 60 });

test("no form of a secret stays: plain, in JSON, HTML, a URL, base64 with other bytes around it, hexadecimal digits", () => {
  fc.assert(
    fc.property(secret, fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), (hidden, before, after) => {
      const clean = secretMask(["another secret", hidden]);
      const forms = [
        ...[hidden, JSON.stringify(hidden).slice(1, -1), encodeURIComponent(hidden), encodeURIComponent(hidden).toLowerCase()],
        ...[
          String(new URLSearchParams({ q: hidden })).slice(2),
          Buffer.from(hidden).toString("hex"),
          Buffer.from(hidden).toString("hex").toUpperCase(),
        ],
        hidden.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
      ];
      for (const form of forms) expect(clean(`${before}${form}${after}`)).not.toContain(form);
      for (const encoding of ["base64", "base64url"] as const) {
        const said = Buffer.from(`${before}:${hidden}:${after}`).toString(encoding);
        const left = clean(said)
          .split("********")
          .map((part) => Buffer.from(part, encoding).toString("latin1"));
        for (const part of left) expect(part).not.toContain(hidden.slice(0, 6));
      }
    }),
  );
});

test("of a URL that is secret the path is masked by itself, of a signing key what stands behind its kind; short words stay", () => {
  const clean = secretMask(["https://hooks.example.com/services/T000/B000/abcdefgh12345678", "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=", "ab"]);
  expect(clean("Cannot POST /services/T000/B000/abcdefgh12345678")).toBe("Cannot POST ********");
  expect(clean("no hook abcdefgh12345678, key c2VjcmV0LXNlY3JldC1zZWNyZXQ= is absent")).toBe("no hook ********, key ******** is absent");
});

test("what a redirect says is not said again: it names where it points to", () => {
  const outcome = httpOutcome({ status: 302, headers: { location: "https://elsewhere.example/hidden" }, body: "moved to /hidden", isWhole: true });
  expect(outcome).toMatchObject({ kind: "failed", reason: expect.stringContaining("redirects are not followed") });
  expect(JSON.stringify(outcome)).not.toContain("hidden");
});
