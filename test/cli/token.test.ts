// `token create` and `token hash`: what a sender gets, and what the configuration holds of it.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliHome } from "./run-cli.ts";

let home: CliHome;
beforeAll(() => {
  home = new CliHome();
});
afterAll(() => home.remove());

const digest = (token: string) => createHash("sha256").update(token).digest("hex");

test("a new token is random, and its digest is what the configuration is to hold", async () => {
  const [first, second] = await Promise.all([1, 2].map(() => home.run(["token", "create", "--name", "kube-apiserver"])));
  const [, token = ""] = /^ {4}(mt_\S{43})$/m.exec(first?.stdout ?? "") ?? [];
  expect(first?.stdout).toContain(`- { name: "kube-apiserver", sha256: ${digest(token)} }`);
  expect(second?.stdout).not.toContain(token);
});

test("a token of one's own is hashed and not shown; one that could be guessed is refused", async () => {
  const own = "f".repeat(64);
  const hashed = await home.run(["token", "hash", "--output", "json"], { stdin: `${own}\n` });
  expect(hashed.stdout).toContain(digest(own));
  expect(hashed.stdout).not.toContain(own);
  expect(await home.run(["token", "hash"], { stdin: "hunter2\n" })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("32 random characters"),
  });
});
