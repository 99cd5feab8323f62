import { isIntegrationId } from "../integrations/integration-store.ts";
import type { ImportResult, UndoResult } from "../operator/legacy-imports.ts";
import { UsageError, type OpsArguments, type OpsCommand, type OpsContext } from "./command.ts";
import { phoneNumberArgument } from "./phone-number-argument.ts";

/** `import-legacy`: what an earlier service connected becomes integrations, without its tokens. */
export const importLegacy: OpsCommand = {
  usage: `import-legacy [DOCUMENT [--number N] [--waba W] [--subaccount AC…] [--user OWNER]]
      [--apply | --undo --reason "…"] [--json]
      Lists what an earlier service left, what it would become and what is missing; changes nothing.
      --apply: converts what lacks nothing, and takes the tokens out. --undo: puts it back without them.`,
  read(args) {
    const { id, told, reason } = requestOf(args);
    const { apply, undo, json } = args.options;
    return async (context) => {
      const { legacy } = context.deps.operator;
      const only = id === undefined ? {} : { id };
      if (undo) return printAll(legacy.undo({ ...only, reason }), json, printUndone, context);
      const request = { ...only, told, ...(apply ? { apply: { reason } } : {}) };
      return printAll(legacy.run(request), json, printResult, context);
    };
  },
};

function requestOf({ positionals: [id], options }: OpsArguments) {
  const { apply, undo, number, waba, subaccount, user } = options;
  const told = {
    ...(user ? { userId: user } : {}),
    ...(waba ? { wabaId: waba } : {}),
    ...(subaccount ? { subaccountSid: subaccount } : {}),
    ...(number === undefined ? {} : { phoneNumber: phoneNumberArgument(number) }),
  };
  if (id !== undefined && !isIntegrationId(id)) throw new UsageError(`${id} is no document's id.`);
  if (id === undefined && Object.keys(told).length > 0) {
    throw new UsageError("Which document? --number, --waba, --subaccount and --user are of one.");
  }
  if (waba !== undefined && !/^\d{5,32}$/.test(waba)) {
    throw new UsageError(`${waba} is no WABA's id.`);
  }
  if (subaccount !== undefined && !/^AC[0-9a-f]{32}$/i.test(subaccount)) {
    throw new UsageError("--subaccount is a SID: AC and 32 hex digits.");
  }
  if (apply && undo) throw new UsageError("--apply or --undo, not both.");
  const reason = options.reason?.trim() ?? "";
  if ((apply || undo) && reason === "") {
    throw new UsageError("--reason is missing: it stays in the log and in the history.");
  }
  return { id, told, reason };
}

async function printAll<T>(
  results: AsyncIterable<T>,
  json: boolean | undefined,
  printOne: (result: T, to: OpsContext) => void,
  to: OpsContext,
): Promise<void> {
  const all: T[] = [];
  for await (const result of results) {
    all.push(result);
    if (!json) printOne(result, to);
  }
  if (json) return to.print(JSON.stringify(all, null, 2));
  if (all.length === 0) to.print("No document of an earlier service.");
}

const OUTCOMES: Readonly<Record<ImportResult["outcome"], string>> = {
  convertible: "can be converted with --apply",
  converted: "is converted; the running service looks whether its sender works",
  incomplete: "cannot be converted yet",
  in_the_way: "is not converted",
};

function printResult(result: ImportResult, { print }: OpsContext): void {
  const { id, outcome, known, convertible, missing, obstacle, secrets } = result;
  print(`${id} ${OUTCOMES[outcome]}`);
  const { userId, wabaId, subaccountSid, phoneNumber } = convertible ?? known;
  const facts = [
    userId && `owner ${userId}`,
    wabaId && `WABA ${wabaId}`,
    phoneNumber,
    subaccountSid && `subaccount ${subaccountSid}`,
    convertible && `sender ${convertible.senderId}, ${convertible.senderStatus}`,
  ];
  print(`  ${facts.filter(Boolean).join(", ")}`);
  for (const { what, how } of missing) print(`  ${what} is missing: ${how}`);
  if (obstacle) print(`  ${obstacle}`);
  if (secrets.length === 0) return;
  const what = outcome === "converted" ? "taken out" : "secrets in";
  print(`  ${what}: ${secrets.join(", ")}`);
}

function printUndone({ id, userId, phoneNumber, outcome, lost }: UndoResult, to: OpsContext): void {
  const words =
    outcome === "undone"
      ? `is as it was${lost.length > 0 ? `, without ${lost.join(", ")}` : ""}`
      : "was changed since by a signup or a disconnect, or is being worked on: it stays";
  to.print(`${id} (${phoneNumber} of ${userId}) ${words}.`);
}
