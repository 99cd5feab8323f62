// Runs the tests on a real mongod, and on nothing else. Arguments go on to jest.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const binary = process.env.MONGOMS_SYSTEM_BINARY || "mongod";
const { status: found } = spawnSync(binary, ["--version"], { stdio: "ignore" });
if (found === 0) {
  const { TEST_MONGODB_URI: _another, ...env } = process.env;
  const { status } = spawnSync(
    "npm",
    ["run", "test:all", ...["--"].concat(process.argv.slice(2))],
    {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      env: { ...env, TEST_DATABASE: "mongod" },
      stdio: "inherit",
      shell: process.platform === "win32",
    },
  );
  process.exitCode = status ?? 1;
} else {
  console.error(
    `${binary} does not run here, and these tests need it.
Install it (https://www.mongodb.com/docs/manual/installation/) or name it with MONGOMS_SYSTEM_BINARY.
"npm run test:all" runs the same tests on whatever database can be had.`,
  );
  process.exitCode = 1;
}
