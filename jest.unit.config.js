import all from "./jest.config.js";

const { globalSetup: _database, globalTeardown: _end, ...base } = all;

/**
 * The tests that need neither a database nor a browser, so that none is started for them.
 * @type {import('jest').Config}
 */
export default { ...base, testMatch: ["<rootDir>/test/unit/**/*.test.ts"] };
