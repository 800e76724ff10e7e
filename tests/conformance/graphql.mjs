// Validates GraphQL requests against GitHub's published schema: the document, and the variables it was sent with.
// Reads one JSON request ({"query", "variables"}) a line from standard input; prints the faults, ends with 1 if any.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { buildSchema, getVariableValues, Kind, parse, validate } from "graphql";

const file = new URL("node_modules/@octokit/graphql-schema/schema.graphql", import.meta.url);
// The published file defines a field twice; that is not what is asked here.
const schema = buildSchema(readFileSync(file, "utf8"), { assumeValidSDL: true });
let checked = 0;
let faulty = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const { query, variables } = JSON.parse(line);
  const document = parse(query);
  const faults = validate(schema, document).map((fault) => fault.message);
  for (const operation of document.definitions.filter((part) => part.kind === Kind.OPERATION_DEFINITION)) {
    const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
    faults.push(...(errors ?? []).map((fault) => fault.message));
  }
  checked++;
  if (faults.length > 0) faulty++;
  for (const fault of faults) console.log(`${query}: ${fault}`);
}
console.log(`${checked} checked, ${faulty} faulty`);
process.exitCode = faulty > 0 || checked === 0 ? 1 : 0;
