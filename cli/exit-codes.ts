// What the process answers to whoever started it. The table is printed by --help and in docs/cli.md.

export const exitCodes = {
  done: 0,
  failure: 1,
  usage: 2,
  doesNotHold: 3,
  unreadableInput: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: "done",
  1: "failed; the message says what, where and what to do",
  2: "the command line is wrong",
  3: "done, and what was checked does not hold: behaviour outside of a contract, a case of a detector that fails",
  4: "done, but some input could not be read (see `machinetrail quarantine`)",
  130: "stopped by Ctrl-C; what was read is stored, and the same command resumes",
};
