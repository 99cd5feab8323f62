import mongoose from "mongoose";

const {
  MongoClientClosedError,
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerClosedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
} = mongoose.mongo;
const { MongooseError } = mongoose;
const { MongooseServerSelectionError } = mongoose.Error;

const UNREACHABLE = [
  MongoClientClosedError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerClosedError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
  MongooseServerSelectionError,
];

/** Errors of the connection pool whose classes the driver does not export. */
const POOL_ERRORS = /^(Mongo)?(PoolClosed|PoolCleared|WaitQueueTimeout|PoolClearedOnNetwork)Error$/;

/** Mongoose's own words for a connection that is not there; it has no class for them. */
const NOT_CONNECTED = /initial connection|buffering timed out|force closed/;

/** What the driver itself takes for passing, by the labels that it or the server gives. */
const PASSING_LABELS = ["RetryableWriteError", "TransientTransactionError", "RetryableError"];

/**
 * Answers of a server that cannot work at the moment: out of reach, in an election, shutting down,
 * out of space or time, or no longer letting us in.
 */
const SERVER_CODES = new Set<unknown>([
  6, // HostUnreachable
  7, // HostNotFound
  13, // Unauthorized
  18, // AuthenticationFailed
  24, // LockTimeout
  43, // CursorNotFound
  50, // MaxTimeMSExpired
  64, // WriteConcernTimeout
  89, // NetworkTimeout
  91, // ShutdownInProgress
  112, // WriteConflict
  133, // FailedToSatisfyReadPreference
  134, // ReadConcernMajorityNotAvailableYet
  189, // PrimarySteppedDown
  202, // NetworkInterfaceExceededTimeLimit
  262, // ExceededTimeLimit
  365, // TemporarilyUnavailable
  8000, // AtlasError
  9001, // SocketException
  10058, // LegacyNotPrimary
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
  11601, // Interrupted
  11602, // InterruptedDueToReplStateChange
  13435, // NotPrimaryNoSecondaryOk
  13436, // NotPrimaryOrSecondary
  14031, // OutOfDiskSpace
]);

/** The system's words for a connection that broke or cannot be made. */
const SYSTEM_CODES = new Set<unknown>([
  "EAI_AGAIN",
  "EADDRNOTAVAIL",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "EMFILE",
  "ENETDOWN",
  "ENETRESET",
  "ENETUNREACH",
  "ENOBUFS",
  "ENOTCONN",
  "ENOTFOUND",
  "EPIPE",
  "EPROTO",
  "ETIMEDOUT",
  "ERR_SOCKET_CLOSED",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_WRITE_AFTER_END",
]);

/** The seconds after which it is worth asking again. */
export const OUTAGE_RETRY_AFTER_SECONDS = 5;

/**
 * Whether the database could not answer: the same request may succeed once it is back. What was
 * asked of it may have been done all the same.
 *
 * The driver hands some errors of its socket on as they are. Our clients of other services never do,
 * and wrap theirs, so a bare one is the database's.
 */
export function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (UNREACHABLE.some((kind) => error instanceof kind) || POOL_ERRORS.test(error.name)) {
    return true;
  }
  if (error instanceof MongoServerError && SERVER_CODES.has(error.code)) return true;
  if (error instanceof MongoError) {
    return PASSING_LABELS.some((label) => error.hasErrorLabel(label)) || hasOutageAsCause(error);
  }
  if (error instanceof MongooseError) {
    return NOT_CONNECTED.test(error.message) || hasOutageAsCause(error);
  }
  return isSystemError(error) && SYSTEM_CODES.has(error.code);
}

function hasOutageAsCause({ cause }: Error): boolean {
  return cause !== undefined && isDatabaseOutage(cause);
}

function isSystemError(error: Error): error is Error & { code: unknown } {
  return (error.name === "Error" || error.name === "AggregateError") && "code" in error;
}
