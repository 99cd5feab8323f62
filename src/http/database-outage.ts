import mongoose from "mongoose";

const {
  MongoClientClosedError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} = mongoose.mongo;

const UNREACHABLE = [
  MongoClientClosedError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  mongoose.Error.MongooseServerSelectionError,
];

/** Answers of a server that cannot work at the moment. */
const SERVER_CODES = new Set<unknown>([
  50, // MaxTimeMSExpired
  64, // WriteConcernTimeout
  91, // ShutdownInProgress
  189, // PrimarySteppedDown
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
  11602, // InterruptedDueToReplStateChange
  13435, // NotPrimaryNoSecondaryOk
]);

/** Whether the database could not answer: the same request may succeed once it is back. */
export function isDatabaseOutage(error: unknown): boolean {
  if (error instanceof MongoServerError) return SERVER_CODES.has(error.code);
  return (
    UNREACHABLE.some((kind) => error instanceof kind) ||
    // The driver does not export the class for a pool without a free connection.
    (error instanceof Error && error.name === "MongoWaitQueueTimeoutError")
  );
}
