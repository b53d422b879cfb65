// `token create | hash`: an ingest token for a sender, and the digest of it for the configuration. Neither is kept.
import type { Command } from "commander";
import { ConfigError } from "../../model/errors.ts";
import { createIngestToken, digestOfToken, shortestToken } from "../../pipeline/ingest-token.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";
import { programName } from "../package-file.ts";

interface TokenOptions extends GlobalOptions {
  readonly name: string;
}

export function addToken(program: Command, invocation: Invocation): void {
  const token = program.command("token").description("tokens by which others push to a source of the kind http-push");
  token
    .command("create")
    .description("make a token; it is shown once, the configuration holds its digest")
    .option("--name <name>", "who will hold it, to know later which one to revoke", "sender")
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<TokenOptions>();
      await tell(createIngestToken(), options, invocation);
    });
  token
    .command("hash")
    .description("the digest of a token of your own, from standard input")
    .option("--name <name>", "who holds it", "sender")
    .addHelpText("after", `\nFor example: openssl rand -hex 32 | tee sender.token | ${programName} token hash`)
    .action(async (_, command: Command) => {
      const own = (await textOf(invocation.surroundings.stdin)).trim();
      if (own.length < shortestToken || /\s/.test(own))
        throw new ConfigError(`token hash: a token is at least ${shortestToken} random characters in one line: openssl rand -hex 32 makes one`);
      await tell(own, command.optsWithGlobals<TokenOptions>(), invocation, { isShown: false });
    });
}

async function tell(token: string, options: TokenOptions, invocation: Invocation, { isShown } = { isShown: true }): Promise<void> {
  const sha256 = digestOfToken(token);
  if (options.output === "table") {
    const shown = isShown ? `Token, for the sender; it is not shown again:\n\n    ${token}\n\n` : "";
    return invocation.terminal.writeLines(
      `${shown}Under \`tokens\` of the source, in the configuration:\n\n    - { name: ${JSON.stringify(options.name)}, sha256: ${sha256} }\n`,
    );
  }
  const columns = [...(isShown ? ["token"] : []), "name", "sha256"].map((key) => ({ key, title: key, kind: "id" as const }));
  const row = { ...(isShown && { token }), name: options.name, sha256 };
  await invocation.answer({ main: "tokens", sections: [{ id: "tokens", title: "Token", columns, rows: [row], whenEmpty: "" }] }, options);
}

async function textOf(stdin: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
