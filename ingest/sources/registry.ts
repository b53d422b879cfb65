// Every kind of live source. A new one is a file beside this one and a line here.
import type { SourceType } from "../source-type.ts";
import { watchedFiles } from "./watched-files.ts";

export const sourceTypes: readonly SourceType[] = [watchedFiles];
