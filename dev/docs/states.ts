import { writeFile } from "node:fs/promises";
import { STATES_PAGE, statesPage } from "./states-page.ts";

await writeFile(STATES_PAGE, await statesPage());
