// A secret that is written into a configuration is refused without being repeated.
import { expect, test } from "vitest";
import { z } from "zod";
import { secretReferenceSchema } from "../../ingest/secret-reference.ts";
import { readYaml } from "../../runtime/yaml-file.ts";

const schema = z.strictObject({ password: secretReferenceSchema("Password of the user.") });
const check = (text: string) => readYaml(text).check(schema, "the source");

test("a file or a variable is named", () => {
  expect(check("password: { file: ./secret }\n").values).toEqual({ password: { file: "./secret" } });
  expect(check("password: { env: PASSWORD }\n").values).toEqual({ password: { env: "PASSWORD" } });
});

test.each(["password: correct-horse\n", "password: { file: a, env: correct-horse }\n", "password: { value: correct-horse }\n", "password: {}\n"])(
  "%j is refused with what to write, and not repeated",
  (text) => {
    const { problems } = check(text);
    expect(problems.map(({ key, message }) => `${key} ${message}`)).toEqual([
      "password must name a file or a variable: { file: PATH } or { env: NAME }; a secret itself does not stand here",
    ]);
  },
);
