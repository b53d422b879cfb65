// All disturbances. Static, so that they can be grepped and typed.
import type { Disturbance } from "../disturbance.ts";
import { acquisition } from "./acquisition.ts";
import { agentUpgrade } from "./agent-upgrade.ts";
import { deployment } from "./deployment.ts";
import { incidentWithTicket } from "./incident-with-ticket.ts";
import { keyRotation } from "./key-rotation.ts";
import { newEmployee } from "./new-employee.ts";
import { nodePoolReplaced } from "./node-pool-replaced.ts";
import { outageWithBacklog } from "./outage-with-backlog.ts";
import { permissionChange } from "./permission-change.ts";
import { regionOpened } from "./region-opened.ts";
import { retryStorm } from "./retry-storm.ts";
import { sale } from "./sale.ts";
import { sourceSilence } from "./source-silence.ts";
import { throttling } from "./throttling.ts";
import { vendorMoves } from "./vendor-moves.ts";
import { yearEndClose } from "./year-end-close.ts";

export const disturbances: readonly Disturbance[] = [
  acquisition,
  agentUpgrade,
  deployment,
  incidentWithTicket,
  keyRotation,
  newEmployee,
  nodePoolReplaced,
  outageWithBacklog,
  permissionChange,
  regionOpened,
  retryStorm,
  sale,
  sourceSilence,
  throttling,
  vendorMoves,
  yearEndClose,
];
