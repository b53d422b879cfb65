// How the embedded engine's allocator (jemalloc) keeps what was given back. It stands alone because the engine reads it from the environment, once, as its
// library is loaded: it has to be told before anything else is imported.
import { availableParallelism } from "node:os";

const processorsAnArena = 4;

/**
 * By itself it has an arena for each processor, and each keeps what was given back for five seconds. With one for four processors, and two seconds, a scan or
 * `serve` on two of them holds 70 to 300 MB less at the same speed (docs/performance.md). What an operator says stands.
 */
export function boundEngineMemory(environment: Record<string, string | undefined>): void {
  environment.JE_MALLOC_CONF ??= `percpu_arena:disabled,narenas:${Math.ceil(availableParallelism() / processorsAnArena)},dirty_decay_ms:2000`;
}
