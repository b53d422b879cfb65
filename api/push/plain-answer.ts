// The answer of the routes whose senders only look at the status.

export function plainAnswer(): { status: number; body: object } {
  return { status: 200, body: { accepted: true } };
}

export const plainAnswerSchema = {
  type: "object",
  required: ["accepted"],
  properties: {
    accepted: { type: "boolean", const: true, description: "It is on disk. Parts that cannot be read go to quarantine, and need not be sent again." },
  },
};
