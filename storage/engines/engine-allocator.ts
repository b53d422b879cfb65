// How the embedded engine's allocator (jemalloc) keeps what was given back: told by a variable of the environment, which it reads once, as its library is
// loaded. So this is imported before chdb, and is nothing but that.
import { availableParallelism } from "node:os";

/** By itself it has an arena for each processor, and each keeps what was given back for five seconds. */
const processorsAnArena = 4;

/** One arena for four processors, and two seconds: 100 to 170 MB less at the same speed on two of them (docs/performance.md). What an operator says stands. */
process.env.JE_MALLOC_CONF ??= `percpu_arena:disabled,narenas:${Math.ceil(availableParallelism() / processorsAnArena)},dirty_decay_ms:2000`;
