// `who`: who touched a resource, who used or received a credential.
import type { Command } from "commander";
import { Option } from "commander";
import { whoCredential } from "../../queries/who-credential.ts";
import { whoResource } from "../../queries/who-resource.ts";
import { likePattern, whoResourceLike } from "../../queries/who-resource-like.ts";
import type { GlobalOptions, Invocation, OpenStore } from "../invocation.ts";
import type { Column, Row } from "../output/section.ts";
import { parseLimit } from "./identities.ts";

interface WhoOptions extends GlobalOptions {
  readonly resource?: string;
  readonly credential?: string;
  readonly limit: number;
}

export function addWho(program: Command, invocation: Invocation): void {
  program
    .command("who")
    .description("who touched a resource, or who used a credential and who issued it")
    .addOption(
      new Option("--resource <id>", "resource: ARN, Azure id, Google full name, Kubernetes group/resource/namespace/name; or a part of it").conflicts(
        "credential",
      ),
    )
    .option("--credential <id>", "credential: access key id, service-account key, token id, certificate key id or thumbprint")
    .addOption(new Option("--limit <rows>", "rows at most").argParser(parseLimit).default(100))
    .action(async (_, command: Command) => answerWho(command.optsWithGlobals<WhoOptions>(), command, invocation));
}

async function answerWho(options: WhoOptions, command: Command, invocation: Invocation): Promise<void> {
  const { resource, credential, limit } = options;
  if (!resource && !credential) command.error("error: name what you ask about: --resource <id> or --credential <id>");
  await invocation.withStore(invocation.config(options), options, async (store) => {
    if (credential) {
      const rows = await store.query(whoCredential, { credential_uid: credential, limit });
      const whenEmpty = `No record names the credential ${credential} in ${store.location}.`;
      return invocation.answer(
        { main: "credential", sections: [{ id: "credential", title: "Credential", columns: credentialColumns, rows, whenEmpty }] },
        options,
      );
    }
    const rows = await resourceUsers(store, resource ?? "", limit);
    const whenEmpty = `No record names the resource ${resource} in ${store.location}.`;
    return invocation.answer(
      { main: "resource", sections: [{ id: "resource", title: "Resource", columns: resourceColumns, rows, whenEmpty }] },
      options,
    );
  });
}

/** Exactly this resource; where no record names it, every resource that contains the text. */
async function resourceUsers(store: OpenStore, resource: string, limit: number): Promise<Row[]> {
  const exact = await store.query(whoResource, { resource_uid: resource, limit });
  return exact.length > 0 ? exact : store.query(whoResourceLike, { pattern: likePattern(resource, "anywhere"), limit });
}

const resourceColumns: readonly Column[] = [
  { key: "identity_name", title: "name", kind: "text" },
  { key: "principal_type", title: "type", kind: "text" },
  { key: "events", title: "actions", kind: "count" },
  { key: "denied", title: "denied", kind: "count" },
  { key: "actions", title: "what", kind: "list" },
  { key: "last_at_ms", title: "last", kind: "age" },
  { key: "resource_uids", title: "resource", kind: "id" },
  { key: "identity_uid", title: "identity", kind: "id" },
];

const credentialColumns: readonly Column[] = [
  { key: "role", title: "role", kind: "text" },
  { key: "identity_name", title: "name", kind: "text" },
  { key: "principal_type", title: "type", kind: "text" },
  { key: "credential_type", title: "credential", kind: "text" },
  { key: "credential_lifetime", title: "lifetime", kind: "text" },
  { key: "issued_at_ms", title: "issued", kind: "age" },
  { key: "first_at_ms", title: "first", kind: "age" },
  { key: "last_at_ms", title: "last", kind: "age" },
  { key: "identity_uid", title: "identity", kind: "id" },
];
