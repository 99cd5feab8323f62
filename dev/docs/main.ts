import { writeFile } from "node:fs/promises";
import { ERRORS_PAGE, errorsPage } from "./errors-page.ts";

await writeFile(ERRORS_PAGE, await errorsPage());
