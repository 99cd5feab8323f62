/** Of this provider, but nothing that this service has written. */
export const ODD_REGISTRATIONS: [string, Record<string, unknown>][] = [
  ["no registration", {}],
  ["null", { registration: null }],
  ["a text", { registration: "done" }],
  [
    "a list",
    { registration: [{ generation: 1 }], work: [{ queue: "registration", dueAt: new Date(0) }] },
  ],
  [
    "no generation",
    { registration: { step: "online" }, work: { queue: "check", dueAt: new Date(0) } },
  ],
  ["a generation as text", { registration: { generation: "1", updatedAt: new Date() } }],
  ["a list of generations", { registration: { generation: [1] } }],
];
