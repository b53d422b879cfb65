// Who machinetrail is for Azure: the machine's own identity, or an application with a secret. It stands apart because each Azure source asks.
import type { TokenCredential } from "@azure/identity";
import { z } from "zod";
import { secretReferenceSchema } from "../secret-reference.ts";
import type { SourceContext } from "../source-type.ts";

export const applicationSchema = z
  .strictObject({
    tenant_id: z.string().min(1, "must not be empty").describe("Tenant of the application."),
    client_id: z.string().min(1, "must not be empty").describe("Application (client) id."),
    client_secret: secretReferenceSchema("Secret of the application."),
  })
  .describe(
    "An application with a secret; without it what the machine has: a managed identity, a workload identity, or the variables of Azure's libraries.",
  );

/** Asks nobody yet. */
export async function azureCredential(application: z.output<typeof applicationSchema> | undefined, context: SourceContext): Promise<TokenCredential> {
  const { ClientSecretCredential, DefaultAzureCredential } = await import("@azure/identity");
  if (application === undefined) return new DefaultAzureCredential();
  return new ClientSecretCredential(application.tenant_id, application.client_id, context.secret(application.client_secret).trim());
}

/** Whether nobody gave a token, rather than that the one who was asked refused it. */
export function isWithoutToken(error: unknown): boolean {
  const names = ["CredentialUnavailableError", "AuthenticationError", "AggregateAuthenticationError", "AuthenticationRequiredError"];
  return error instanceof Error && names.includes(error.name);
}
