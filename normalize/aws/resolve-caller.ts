// The caller of a record resolved by the identity rules, once for each distinct caller: a session makes thousands of calls in
// the same words.
import { awsIdentityRules } from "../identity/aws.ts";
import { resolveIdentity } from "../identity/rule.ts";
import { memoize } from "../memoize.ts";
import { type AwsCaller, callerFromValues, callerValues } from "./caller.ts";

export function resolveCaller(caller: AwsCaller): ReturnType<typeof resolveIdentity<AwsCaller>> {
  // What differs most between callers; a service that acts for one makes another entry, so that the two do not take turns.
  const key = caller.accessKeyId || caller.principalId || caller.serviceName || caller.arn;
  return resolveValues(caller.invokedBy === "" ? key : `${key} ${caller.invokedBy}`, ...callerValues(caller));
}

const resolveValues = memoize((_key: string, ...values: string[]) => resolveIdentity(awsIdentityRules, callerFromValues(values)));
