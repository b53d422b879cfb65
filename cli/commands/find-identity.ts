// Which identity a person means by an id, a name, a second id, or a part of one; otherwise an error that lists candidates.
import { PermanentError } from "../../model/errors.ts";
import { identityCandidates } from "../../queries/identity-candidates.ts";
import { identityFacts } from "../../queries/identity-facts.ts";
import type { OpenStore } from "../invocation.ts";

export type IdentityFacts = NonNullable<ReturnType<(typeof identityFacts.row)["parse"]>>;

const candidateLimit = 10;

/** @throws PermanentError naming candidates when none or several fit. */
export async function findIdentity(store: OpenStore, id: string): Promise<IdentityFacts> {
  const exact = await store.query(identityFacts, { identity: id });
  const own = exact.find(({ identity_uid }) => identity_uid === id) ?? (exact.length === 1 ? exact[0] : undefined);
  if (own !== undefined) return own;
  if (exact.length > 1) throw new PermanentError(`identity ${id}: ${exact.length} identities have this name; use the id of one\n${listed(exact)}`);
  const candidates = id === "" ? [] : await store.query(identityCandidates, { text: id.slice(0, 512), limit: candidateLimit });
  const containing = candidates.filter(({ contains }) => contains === 1);
  if (containing.length === 1 && containing[0] !== undefined) {
    const [found] = await store.query(identityFacts, { identity: containing[0].identity_uid });
    if (found !== undefined) return found;
  }
  if (containing.length > 1) throw new PermanentError(`identity ${id}: this part fits several identities; use the id of one\n${listed(containing)}`);
  if (candidates.length > 0)
    throw new PermanentError(`identity ${id}: there is none of this name in ${store.location}; did you mean\n${listed(candidates)}`);
  throw new PermanentError(`identity ${id}: there is none of this name in ${store.location}; \`machinetrail identities\` lists those that are`);
}

function listed(identities: readonly { identity_uid: string; identity_name: string; principal_type: string }[]): string {
  return identities.map(({ identity_uid, identity_name, principal_type }) => `  ${identity_uid}  (${identity_name}, ${principal_type})`).join("\n");
}
