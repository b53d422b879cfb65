// Where compiled code is kept between commands. It stands alone because it has to be done before anything else is imported.
import { existsSync, mkdirSync, statSync } from "node:fs";
import module from "node:module";
import path from "node:path";
import process from "node:process";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Half of what a short command costs is reading and compiling the same files again (1.0 and 0.5 s of CPU for `--help`, from source). They are
 * kept in the user's own folder, since whoever may write there decides what runs. Where that can't be, or Node's own variable names
 * another one, nothing changes.
 */
export function keepCompiledCode(environment: Environment, platform: NodeJS.Platform): void {
  const caches = cacheFolder(environment, platform);
  if (caches === undefined || environment.NODE_COMPILE_CACHE) return;
  const folders = [caches, path.join(caches, "machinetrail"), path.join(caches, "machinetrail", "compiled")] as const;
  try {
    // Made here, one by one: Node's own way never comes back from a folder that can't be.
    for (const folder of folders) if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    if (!isOwn(folders[2])) return;
  } catch {
    return;
  }
  module.enableCompileCache(folders[2]);
}

/** Another's folder would be another's code: of the home that `sudo` leaves as it was, or of one that many may write. */
function isOwn(folder: string): boolean {
  const { uid, mode } = statSync(folder);
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}

function cacheFolder(environment: Environment, platform: NodeJS.Platform): string | undefined {
  if (platform === "win32") return environment.LOCALAPPDATA || undefined;
  // A relative one is none, as the specification of base directories says.
  if (environment.XDG_CACHE_HOME && path.isAbsolute(environment.XDG_CACHE_HOME)) return environment.XDG_CACHE_HOME;
  return environment.HOME ? path.join(environment.HOME, ...(platform === "darwin" ? ["Library", "Caches"] : [".cache"])) : undefined;
}
