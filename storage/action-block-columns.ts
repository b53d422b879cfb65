// Names of the columns of a block of actions, for the INSERT that takes it. They stand apart from the block, so that whoever only asks loads no Arrow.
import { identityActionSchema } from "../model/identity-action.ts";

/** event_rank is part of version. */
export const actionBlockColumns = [...Object.keys(identityActionSchema.omit({ event_rank: true }).shape), "version"] as const;
