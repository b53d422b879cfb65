// What an Azure operation does, as a class: by its last word (read, write, delete, action) and by the few operations that hand out
// secrets or change rights, policies or logging.
import type { Activity } from "../../model/identity-action.ts";

/** Tried in order, on the operation in lower case. */
const operationRules: readonly (readonly [pattern: RegExp, activity: Activity])[] = [
  [
    /\/(?:listkeys|listaccountsas|listservicesas|listconnectionstrings|listsecrets?|listcredentials?|listadminkeys|listquerykeys|listpublishingcredentials|listclusteradmincredential|listclusterusercredential|regeneratekey|getsecret|begingetaccess)(?:\/|$)/,
    "secret-read",
  ],
  [/^microsoft\.keyvault\/vaults\/(?:secrets\/getsecret|keys\/decrypt)/, "secret-read"],
  [
    /^microsoft\.authorization\/|^microsoft\.managedidentity\/|accesspolicies|\/diagnosticsettings\/|^microsoft\.security\/|^microsoft\.insights\/(?:logprofiles|activitylogalerts)|^microsoft\.policyinsights\/|elevateaccess/,
    "admin",
  ],
  [/^microsoft\.storage\/storageaccounts\/.*\/(?:blobs|files|messages|entities)\/read$/, "data-read"],
  [/^microsoft\.storage\/storageaccounts\/.*\/(?:blobs|files|messages|entities)\/(?:write|delete|add)/, "data-write"],
  // A resource's own log, without the provider: Key Vault's AuditEvent, then Storage.
  [/^(?:secretget|secretbackup|keydecrypt|keyunwrap|keybackup|certificatebackup)$/, "secret-read"],
  [/^(?:vault(?:put|patch|delete|accesspolicychanged\w*)|setblobserviceproperties)$/, "admin"],
  [/^(?:get|read|query|peek)(?:blob|file|message|entit|range)/, "data-read"],
  [/^(?:put|delete|copy|append|create|insert|update|merge|undelete)(?:blob|block|file|message|entit|range|page)/, "data-write"],
  [/^(?:vault|key|secret|certificate)(?:get|list)|^(?:get|list)[a-z]+$/, "read"],
  [/runcommand|\/extensions\/write$/, "admin"],
];

export function operationActivity(operation: string): Activity {
  const lower = operation.toLowerCase();
  const isRead = /\/read$/.test(lower);
  for (const [pattern, activity] of operationRules) if (pattern.test(lower) && !(isRead && activity === "admin")) return activity;
  return isRead || /\/(?:list|get|check|validate)[^/]*\/action$/.test(lower) ? "read" : "write";
}
