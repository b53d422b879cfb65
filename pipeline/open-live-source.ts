// Opens a live source as the configuration describes it. It stands apart from the worker that reads it: tests of sources open them in the same way.
import path from "node:path";
import type { Source } from "../ingest/source.ts";
import type { SourceContext } from "../ingest/source-type.ts";
import { sourceTypes } from "../ingest/sources/registry.ts";
import { ConfigError } from "../model/errors.ts";
import type { SourceConfig } from "./config.ts";
import { secretText } from "./secret-values.ts";

/** `folder`: of all sources. @throws ConfigError for a kind that is not registered. */
export function openLiveSource(config: SourceConfig, folder: string, { parser, observer }: Pick<SourceContext, "parser" | "observer">): Source {
  const type = sourceTypes.find((candidate) => candidate.type === config.type);
  if (type === undefined) throw new ConfigError(`the source ${config.id} is of the kind ${config.type}, which does not exist`);
  const secret: SourceContext["secret"] = (reference) => secretText(reference, config.environment, `the source ${config.id}`);
  return type.open(config.settings, { id: config.id, parser, observer, folder: path.join(folder, config.id), secret });
}
