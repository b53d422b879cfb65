// Contract files as people write them: what is wrong is told with line and column and what to do.
import { describe, expect, test } from "vitest";
import { hoursOf, parseContract } from "../../../pipeline/contract/contract-file.ts";

const head = "contract: 1\nidentity: x\n";

describe("what is wrong is told with its place", () => {
  test.each([
    [`${head}alow: {}\n`, "c.yaml:3:1: alow is not a key of a contract; did you mean allow?"],
    [`${head}allow:\n  actoins: [a]\n`, "c.yaml:4:3: allow.actoins is not a key of a contract; did you mean actions?"],
    [`${head}allow:\n  actions: s3:*\n`, "c.yaml:4:12: allow.actions must be a list: one item a line, each behind '- '"],
    [
      `${head}allow:\n  hours:\n    weekends: ["8-17"]\n`,
      'c.yaml:5:16: allow.hours.weekends[0] must be hours (UTC) such as "08", or "08-17" from the first to the last',
    ],
    [`${head}allow:\n  hours:\n    weekends: [8]\n`, "c.yaml:5:16: allow.hours.weekends[0] must be a text; put quotes around it"],
    [`contract: 2\nidentity: x\nallow: {}\n`, "c.yaml:1:11: contract must be one of: 1"],
    [`contract: 1\nallow: {}\n`, "identity is missing"],
    [`${head}allow: {}\napproved_by: ""\n`, "c.yaml:4:14: approved_by must not be empty; remove it where nobody approved the contract"],
    [`${head}allow:\n  actions:\n\t- a\n`, "use spaces"],
    ["", "c.yaml:1:1: contract is missing"],
  ])("%j", (text, message) => {
    expect(() => parseContract(text, "c.yaml")).toThrow(message);
  });

  test("all problems at once", () => {
    expect(() => parseContract("contract: 1\nidentity: ''\nallow:\n  actions: [1]\n", "c.yaml")).toThrow(/^c\.yaml:2:11: .*\nc\.yaml:4:13: /);
  });
});

test("hours may go over midnight", () => {
  expect([...hoursOf(["22-01", "08", "10-11"])]).toEqual([22, 23, 0, 1, 8, 10, 11]);
});
