// When was the first and the last action received?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

export const receptionBounds = defineQuery("reception-bounds", z.strictObject({}), z.strictObject({ first_ms: timeMs, last_ms: timeMs }));
