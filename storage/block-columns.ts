// Names of the columns of the blocks, for the INSERTs that take them. They stand apart from the blocks, so that whoever only asks loads no Arrow.
import { identityActionSchema } from "../model/identity-action.ts";

/** event_rank is part of version. */
export const actionBlockColumns = [...Object.keys(identityActionSchema.omit({ event_rank: true }).shape), "version"] as const;
export const recordBlockColumns = ["identity_uid", "time", "event_uid", "version", "received_at", "raw"] as const;
