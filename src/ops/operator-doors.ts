import type { Operator } from "../operator/create-operator.ts";
import type { OperatorDesk } from "../operator/desk.ts";
import type { OperatorAssignments } from "../ownership/operator-assignments.ts";

/**
 * The operator's functions as the commands call them: those of this process, on the database, or the
 * same ones of a running service.
 */
export interface OperatorDoors {
  desk: Pick<OperatorDesk, keyof OperatorDesk>;
  assignments: Pick<OperatorAssignments, keyof OperatorAssignments>;
  erasures: Pick<Operator["erasures"], "request" | "status">;
  exports: Pick<Operator["exports"], "of">;
  legacy: Pick<Operator["legacy"], "run" | "undo">;
  handOver: Operator["handOver"];
}
