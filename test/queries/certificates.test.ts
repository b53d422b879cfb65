// Certificates of Entra from record to answer: the one that was added is the one that signs in, and one that several applications
// share is told though each knows it by a key id of its own.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { entraAudit } from "../../normalize/formats/entra-audit.ts";
import { entraSignin } from "../../normalize/formats/entra-signin.ts";
import { sharedCredentials } from "../../queries/shared-credentials.ts";
import { whoCredential } from "../../queries/who-credential.ts";
import type { Store } from "../../storage/store.ts";
import { eventOf, golden } from "../normalize/formats/azure-harness.ts";
import { blockOf, received } from "../storage/action-rows.ts";
import { describeStores } from "../storage/store-profiles.ts";

const thumbprint = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334";
const [syncKey, archiveKey] = ["44440000-0000-4000-8000-000000000045", "44440000-0000-4000-8000-000000000046"];
const [sync, archive] = ["aaaa0000-0000-4000-8000-000000000001", "aaaa0000-0000-4000-8000-000000000009"];
const analyst = "aaaa0000-0000-4000-8000-000000000003";

function signin(eventUid: string, servicePrincipalId: string, key: string) {
  const record = golden("entra-signin", "service-principal-certificate");
  const properties = { ...(record.properties as object), id: eventUid, servicePrincipalId, servicePrincipalCredentialKeyId: key };
  return received(eventOf(entraSignin, { ...record, properties }));
}

describeStores("certificates", (profile) => {
  let store: Store;
  beforeAll(async () => {
    store = await profile.fresh();
    const added = received(eventOf(entraAudit, golden("entra-audit", "user-adds-certificate")));
    const rows = [added, signin("s-1", sync, syncKey), signin("s-2", archive, archiveKey)];
    for (const block of [rows, rows.toReversed()]) await store.insertActions(await blockOf(block));
  });
  afterAll(() => store.close());

  const parts = async (credential_uid: string) =>
    (await store.query(whoCredential, { credential_uid })).map(({ role, identity_uid }) => `${role} ${identity_uid}`).sort();

  describe("who has to do with it", () => {
    test("by its key id: who added it, to whom, and who signed in with it", async () => {
      expect(await parts(syncKey)).toEqual([`issuer ${analyst}`, `recipient ${sync}`, `user ${sync}`]);
    });

    test("by its thumbprint, in any case: all that signed in with it", async () => {
      for (const asked of [thumbprint, thumbprint.toUpperCase()]) expect(await parts(asked)).toEqual([`user ${sync}`, `user ${archive}`]);
    });
  });

  test("two applications with one certificate share a credential, under whatever key ids", async () => {
    expect(await store.query(sharedCredentials, {})).toMatchObject([
      { credential_uid: thumbprint, credential_type: "client-certificate", credential_lifetime: "static", identity_uids: [sync, archive] },
    ]);
  });
});
