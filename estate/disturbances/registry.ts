// All disturbances. Static, so that they can be grepped and typed.
import type { Disturbance } from "../disturbance.ts";
import { keyRotation } from "./key-rotation.ts";

export const disturbances: readonly Disturbance[] = [keyRotation];
