// Texts that are read by constant names against the list of the names.
import { expect, test } from "vitest";
import { blankAction, type NormalizedAction } from "../../model/identity-action.ts";
import { callColumns, callerColumns, callerTexts, callTexts } from "../../model/value-group.ts";

test("a group's texts stand in the order of its columns", () => {
  const named = Object.fromEntries([...callerColumns, ...callColumns].map((name) => [name, `the ${name}`]));
  const action = { ...blankAction("aws", "aws-cloudtrail"), ...named } as NormalizedAction;
  expect(callerTexts(action)).toEqual(callerColumns.map((name) => `the ${name}`));
  expect(callTexts(action)).toEqual(callColumns.map((name) => `the ${name}`));
});
