// Every kind of live source. A new one is a file beside this one and a line here.
import type { SourceType } from "../source-type.ts";
import { s3Queue } from "./s3-queue.ts";
import { watchedFiles } from "./watched-files.ts";

export const sourceTypes: readonly SourceType[] = [s3Queue, watchedFiles];
