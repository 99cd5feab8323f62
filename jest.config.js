/** @type {import('jest').Config} */
export default {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2023", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  globalSetup: "<rootDir>/test/support/global-setup.ts",
  globalTeardown: "<rootDir>/test/support/global-teardown.ts",
  testTimeout: 180_000,
  // More would let each other wait on two cores, until calls run out of their time.
  maxWorkers: 2,
  // A worker keeps the modules of every file that it ran: after fifty it has gigabytes, and collecting
  // garbage in them takes longer than a call may.
  workerIdleMemoryLimit: "500MB",
  injectGlobals: false,
};
