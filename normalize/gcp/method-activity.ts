// What a Google Cloud method does, as a class: by the permission that was checked, else by the method's name.
import type { Activity } from "../../model/identity-action.ts";

/** Tried in order over "service permission method", lower case. */
const activityRules: readonly (readonly [pattern: RegExp, activity: Activity])[] = [
  [/secretmanager\.versions\.access|accesssecretversion/, "secret-read"],
  [/iamcredentials|getaccesstoken|getopenidtoken|signblob|signjwt|generateaccesstoken|generateidtoken|exchangetoken|login\.googleapis\.com|loginservice/, "auth"],
  [/setiampolicy|iam\.serviceaccountkeys|serviceaccountkey|iam\.roles\.|iam\.serviceaccounts\.(?:create|delete|update|enable|disable|undelete|actas)|createserviceaccount|deleteserviceaccount/, "admin"],
  [/logging\.(?:sinks|exclusions|buckets|settings)\.(?:create|update|delete)|(?:create|update|delete)(?:sink|exclusion|bucket)\b.*configservice|configservicev2\.(?:create|update|delete)/, "admin"],
  [/orgpolicy|accesscontextmanager|admin\.googleapis\.com|workloadidentitypools\.|assignresourcetobillingaccount/, "admin"],
  [/storage\.objects\.(?:get|list)|bigquery\.tables\.getdata|tabledata|datastore\.entities\.(?:get|list)|spanner\.databases\.(?:select|read)|pubsub\.subscriptions\.consume|jobservice\.(?:query|getqueryresults)|cryptokeyversions\.usetodecrypt|\bdecrypt/, "data-read"],
  [/storage\.objects\.(?:create|update|delete)|bigquery\.tables\.updatedata|datastore\.entities\.(?:create|update|delete)|spanner\.databases\.write|pubsub\.topics\.publish|cryptokeyversions\.usetoencrypt|\bencrypt|aiplatform.*predict|generatecontent|timeseries\.create/, "data-write"],
];

const readVerb = /(?:^|[.\s])(?:get|list|search|read|describe|aggregated|query|lookup|watch|test|check|batchget)[a-z]*(?:\s|$)/;

export function methodActivity(service: string, permission: string, method: string): Activity {
  const text = `${service} ${permission} ${method}`.toLowerCase();
  for (const [pattern, activity] of activityRules) if (pattern.test(text)) return activity;
  const verb = (permission || method).toLowerCase().split(".").at(-1) ?? "";
  return readVerb.test(` ${verb} `) ? "read" : "write";
}
