import { writeFile } from "node:fs/promises";
import { ERRORS_PAGE, errorsPage } from "./errors-page.ts";
import { STATES_PAGE, statesPage } from "./states-page.ts";
import { TYPESCRIPT_CLIENT, typescriptClient } from "./typescript-client.ts";

await writeFile(ERRORS_PAGE, await errorsPage());
await writeFile(STATES_PAGE, await statesPage());
await writeFile(TYPESCRIPT_CLIENT, await typescriptClient());
