import { UsageError, type OpsArguments, type OpsCommand } from "./command.ts";
import { printIntegration } from "./print.ts";

/** What is acted on, and why: the reason stays in the log and, where owners read it, in the history. */
function target(what: string, { positionals: [id], options }: OpsArguments) {
  if (!id) throw new UsageError(`Which ${what}? Its id, as \`find\` shows it.`);
  const reason = options.reason?.trim();
  return { id, reason };
}

function withReason(what: string, args: OpsArguments) {
  const { id, reason } = target(what, args);
  if (!reason) throw new UsageError("--reason is missing: it stays in the log.");
  return { id, reason };
}

/** `retry`: as the owner's. */
export const retry: OpsCommand = {
  usage: `retry INTEGRATION --reason "…"
      Starts it again where it stopped.`,
  read(args) {
    const { id, reason } = withReason("integration", args);
    return async ({ deps, print }) =>
      printIntegration(await deps.operator.desk.retry(id, reason), print);
  },
};

/** `recheck`: the running service looks at Twilio now. */
export const recheck: OpsCommand = {
  usage: `recheck INTEGRATION [--reason "…"]
      Has the running service look at Twilio now.`,
  read(args) {
    const { id, reason } = target("integration", args);
    return async ({ deps, print }) => {
      await deps.operator.desk.recheck(id, reason);
      print(`${id} is looked at by the running service.`);
    };
  },
};

/** `disconnect`: as the owner's DELETE. */
export const disconnect: OpsCommand = {
  usage: `disconnect INTEGRATION --reason "…"
      Takes the number out of WhatsApp; the owner reads the reason in the history.`,
  read(args) {
    const { id, reason } = withReason("integration", args);
    return async ({ deps, print }) => {
      await deps.operator.desk.disconnect(id, reason);
      print(`${id} is being disconnected by the running service.`);
    };
  },
};

/** `release`: another browser may go on. */
export const release: OpsCommand = {
  usage: `release SESSION --reason "…"
      Takes the signup from its browser, so that another one can start it.`,
  read(args) {
    const { id, reason } = withReason("session", args);
    return async ({ deps, print }) => {
      await deps.operator.desk.release(id, reason);
      print(`No browser has ${id} any more.`);
    };
  },
};

/** `revoke`: the link is over. */
export const revoke: OpsCommand = {
  usage: `revoke SESSION --reason "…"
      Ends the signup's link for good.`,
  read(args) {
    const { id, reason } = withReason("session", args);
    return async ({ deps, print }) => {
      await deps.operator.desk.revoke(id, reason);
      print(`${id} is revoked.`);
    };
  },
};
