import { describe, expect, test } from "@jest/globals";
import mongoose, { type Schema } from "mongoose";
import { numberRelayModel } from "../../../src/code-relay/number-relay-model.ts";
import { buildModels } from "../../../src/models.ts";
import {
  EXPORTED,
  NOT_BY_FIELDS,
  type ExportedFields,
} from "../../../src/operator/exported-fields.ts";

const connection = mongoose.createConnection();
const { holds, ...others } = buildModels(connection);
const models = [...Object.values(others), ...Object.values(holds), numberRelayModel(connection)];
const schemas = new Map<string, Schema>(
  models.map(({ collection, schema }) => [collection.name, schema as Schema]),
);

/** Fields of the document and, one step down, of its parts. */
function fieldsOf(schema: Schema): string[] {
  const fields: string[] = [];
  for (const [name, path] of Object.entries(schema.paths)) {
    const inner = path.instance === "Array" ? {} : (path.schema?.paths ?? {});
    fields.push(name, ...Object.keys(inner).map((one) => `${name}.${one}`));
  }
  return fields;
}

describe("an owner's export", () => {
  test("says of every collection what of it is given", () => {
    const told = [...Object.keys(EXPORTED), ...Object.keys(NOT_BY_FIELDS)];
    expect(told.toSorted()).toEqual([...schemas.keys()].toSorted());
  });

  test.each(Object.entries<ExportedFields>(EXPORTED))(
    "says of every field of %s whether it is given",
    (name, { given, withheld }) => {
      const schema = schemas.get(name);
      const fields = schema ? fieldsOf(schema) : [];
      const told = [...given, ...Object.keys(withheld)];
      const isTold = (field: string) =>
        told.some((one) => one === field || field.startsWith(`${one}.`)) ||
        // A part of which each field is told.
        told.some((one) => one.startsWith(`${field}.`));
      expect(fields.filter((field) => !isTold(field))).toEqual([]);
      expect(told.filter((one) => !fields.includes(one))).toEqual([]);
    },
  );
});
