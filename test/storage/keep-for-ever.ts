// Rows of tests are received at dates of their own, which retention takes away once they are thirteen months ago: by the clock of whoever runs them.
import { EmbeddedSession } from "../../storage/engines/embedded-session.ts";

/** `run`: any SQL in a store that is migrated. `suffix`: of its tables' names. */
export async function keepForEver(run: (sql: string) => Promise<unknown>, suffix = ""): Promise<void> {
  for (const table of ["actions", "records", "quarantine"]) await run(`ALTER TABLE ${table}${suffix} REMOVE TTL`);
}

/** Any SQL in an embedded store, past its port; it may be open. Returns what it answers. */
export async function runInFolder(location: string, sql: string): Promise<string> {
  const session = await EmbeddedSession.open(location);
  try {
    return (await session.run(sql, "TSV")).text();
  } finally {
    await session.close();
  }
}
