// Denied is what detectors count: a refusal that reads as a failure hides an attack, the other way round invents one.
import { describe, expect, test } from "vitest";
import { outcomeOf } from "../../../normalize/aws/outcome.ts";

describe("an error code", () => {
  test.each([
    "AccessDenied",
    "AccessDeniedException",
    "VpceAccessDenied",
    "Client.UnauthorizedOperation",
    "UnauthorizedOperation",
    "UnauthorizedException",
    "Client.AuthFailure",
    "NotAuthorizedException",
    "ForbiddenException",
    "InvalidClientTokenId",
    "ExpiredToken",
    "ExpiredTokenException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "InvalidIdentityToken",
    "403",
  ])("%s is a refusal", (code) => expect(outcomeOf({}, "X", code)).toBe("denied"));

  test.each(["NoSuchBucket", "ThrottlingException", "Client.DryRunOperation", "ValidationException", "ResourceNotFoundException", "InternalFailure"])(
    "%s is a failure",
    (code) => expect(outcomeOf({}, "X", code)).toBe("failure"),
  );
});

test("a sign-in says how it ended in its answer", () => {
  expect(outcomeOf({ responseElements: { ConsoleLogin: "Failure" } }, "ConsoleLogin", "")).toBe("denied");
  expect(outcomeOf({ responseElements: { ConsoleLogin: "Success" } }, "ConsoleLogin", "")).toBe("success");
  expect(outcomeOf({ serviceEventDetails: { Authenticate: "Failure" } }, "Authenticate", "")).toBe("denied");
  expect(outcomeOf({ responseElements: { ConsoleLogin: "Failure" } }, "OtherCall", "")).toBe("success");
});
