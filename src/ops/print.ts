import type { PresentSession, PresentState } from "../operator/present-state.ts";

type Print = (line: string) => void;

/** What is true of a number, for a terminal. */
export function printIntegration(state: PresentState, print: Print): void {
  const { phoneNumber, userId, integrationId, status, step, senderStatus } = state;
  print(`${phoneNumber} of ${userId}, integration ${integrationId}`);
  print(
    `  ${[status, `step ${step}`, senderStatus && `Twilio: ${senderStatus}`].filter(Boolean).join(", ")}`,
  );
  if (state.waitingFor) {
    print(
      `  waits for ${state.waitingFor}${state.waitingSince ? ` since ${state.waitingSince.toISOString()}` : ""}`,
    );
  }
  if (state.error) {
    const { code, detail, actor, action, provider } = state.error;
    print(`  ${code}: ${detail}`);
    print(`  to do (${actor}): ${action}`);
    if (provider) print(`  they said: ${provider}`);
  }
  print(`  next: ${state.next.what}${state.next.at ? ` at ${state.next.at.toISOString()}` : ""}`);
  printCommands(state.can, print);
}

/** The same of a signup. */
export function printSession(session: PresentSession, print: Print): void {
  const { sessionId, userId, status, phoneNumber, expiresAt } = session;
  print(`Signup ${sessionId} of ${userId}${phoneNumber ? `, ${phoneNumber}` : ""}`);
  print(`  ${status}, until ${expiresAt.toISOString()}`);
  printCommands(session.can, print);
}

function printCommands(commands: readonly string[], print: Print): void {
  for (const command of commands) print(`  npm run ops -- ${command}`);
}
