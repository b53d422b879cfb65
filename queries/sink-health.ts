// How do the sinks fare?
import { z } from "zod";
import { sinkHealthSchema } from "../model/delivery.ts";
import { defineQuery } from "./define-query.ts";

export const sinkHealth = defineQuery("sink-health", z.strictObject({}), sinkHealthSchema.extend({ version: z.string().transform(BigInt) }));
