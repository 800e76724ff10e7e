// Validates SARIF files against the standard's JSON Schema, as the SARIF tool ships it. Prints one JSON line a fault:
// {"file":…,"at":…,"message":…}.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const require = createRequire(import.meta.url);
const schema = JSON.parse(
  readFileSync(require.resolve(`@microsoft/sarif-multitool-${process.platform}/sarif-2.1.0.json`), 'utf8'),
);
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
addFormats(ajv);
const validate = ajv.compile(schema);
for (const file of process.argv.slice(2)) {
  if (!validate(JSON.parse(readFileSync(file, 'utf8')))) {
    for (const { instancePath, message } of validate.errors) {
      console.log(JSON.stringify({ file, at: instancePath, message }));
    }
  }
}
