// An AI agent on Vertex AI Agent Engine with an identity of its own: asks its model, then whatever tool the model chose, and asks
// again; refused calls are part of its day.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { businessCustomers } from "../calendar.ts";
import { accessSecret, bigQueryJob, bigQueryTable, firestore, generateContent, permissionDenied, storageObject } from "../calls/gcp.ts";
import { ownPrincipal } from "../credentials/gcp.ts";
import type { GcpCall, Identity } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { Random } from "../random.ts";

export const gcpVertexAgent: Persona = {
  id: "gcp-vertex-agent",
  says: "An AI agent that answers questions about data: model, query, file, model again, in an order of its own.",
  providers: ["gcp"],
  share: 2,
  create({ world, random, name }) {
    const project = world.gcp.projects[1] ?? world.gcp.projects[0];
    const place = `projects/${project.number}/locations/${project.region}/reasoningEngines/${random.digits(19)}`;
    const principal = `principal://agents.global.org-${world.gcp.organisationId}.system.id.goog/resources/aiplatform/${place}`;
    const identity: Identity = {
      uid: principal,
      name: name("analyst-agent"),
      provider: "gcp",
      account: project.id,
      principalType: "federated-subject",
      workloadType: "ai-agent",
      isMachine: true,
    };
    const agent = ownPrincipal(random, identity, principal, { address: "private", userAgent: agents.gcpPython(random) });
    const questionsPerDay = random.logNormal(10, 0.7);
    const model = random.pick(["gemini-2.5-pro", "gemini-2.5-flash"]);
    const bucket = `${project.id}-${name("documents")}`;
    const dataset = name("facts").replaceAll("-", "_");

    return {
      identities: [identity],
      ways: [agent],
      purpose: `answers questions about ${dataset} with ${model}`,
      schedule: `about ${Math.round(questionsPerDay)} questions a day, by its users' working hours`,
      live(hour) {
        const agenda = new Agenda();
        for (const startMs of hour.events(questionsPerDay, businessCustomers, project.timeZone)) {
          const rounds = Math.min(12, 1 + Math.floor(hour.random.exponential(2.2)));
          const calls = Array.from({ length: rounds }, () => [generateContent(project.id, project.region, model), ...tool(hour.random)]).flat();
          agenda.run(hour.steps(startMs, calls.length, 4_500), calls, (atMs, call) => hour.gcp(atMs, agent.at(atMs, hour), call));
        }
        agenda.live();
      },
    };

    function tool(chance: Random): GcpCall[] {
      const drawn = chance.next();
      if (drawn < 0.4) {
        const table = bigQueryTable("tableDataRead", project.id, dataset, `table_${chance.integer(1, 14)}`);
        return [bigQueryJob(project.id, project.region, `agent_${chance.hex(14)}`), chance.chance(0.08) ? permissionDenied(table) : table];
      }
      if (drawn < 0.65) return [storageObject("get", project.id, bucket, `handbook/${chance.integer(1, 220)}.pdf`)];
      if (drawn < 0.8) return [storageObject("list", project.id, bucket, "")];
      if (drawn < 0.88) return [firestore("RunQuery", project.id)];
      return drawn < 0.9 ? [accessSecret(project, `${dataset}-api`)] : [];
    }
  },
};
