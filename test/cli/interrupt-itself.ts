// Preloaded into a process under test (node --import), which sends itself what Ctrl-C sends as soon as it has said, or written a file of the name,
// that MACHINETRAIL_TEST_INTERRUPT_AT holds: whoever watches it from outside may come when it is done.
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";
import { isMainThread } from "node:worker_threads";

const moment = process.env.MACHINETRAIL_TEST_INTERRUPT_AT;

if (isMainThread && moment !== undefined) {
  let isOver = false;
  const interrupt = () => {
    if (!isOver) process.kill(process.pid, "SIGINT");
    isOver = true;
  };
  const { stderr } = process;
  const say = stderr.write.bind(stderr) as (...args: readonly unknown[]) => boolean;
  stderr.write = (...args: readonly unknown[]) => {
    const isTaken = say(...args);
    if (String(args[0]).includes(moment)) interrupt();
    return isTaken;
  };
  const { writeFile } = fs;
  const writing = async (...args: Parameters<typeof writeFile>) => {
    await writeFile(...args);
    if (path.basename(String(args[0])) === moment) interrupt();
  };
  Object.assign(fs, { writeFile: writing });
  syncBuiltinESMExports();
}
