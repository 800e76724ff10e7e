// node check.mjs FILE… : asks GitHub's workflow language service about each file and prints its findings as JSON,
// one object a line: {file, line, column, severity, message}. Exit code 0 unless a file could not be read.
import { register } from 'node:module';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

register('./json-hook.mjs', import.meta.url);
const { validate } = await import('@actions/languageservice');
const { TextDocument } = await import('vscode-languageserver-textdocument');

// The inputs of the actions we use, so that a misspelt one is found offline.
const inputs = {
  'actions/attest-build-provenance': ['subject-checksums', 'subject-name', 'subject-digest', 'push-to-registry'],
  'actions/checkout': ['fetch-depth', 'persist-credentials', 'ref', 'sparse-checkout'],
  'actions/download-artifact': ['name', 'pattern', 'path', 'merge-multiple'],
  'actions/setup-dotnet': ['global-json-file'],
  'actions/upload-artifact': ['name', 'path', 'if-no-files-found'],
  'NuGet/login': ['user'],
};
// Our own action has the inputs that action.yml declares, two blanks in, whoever's copy of it is used.
const action = await readFile(new URL('../../action.yml', import.meta.url), 'utf8');
const own = action.slice(action.indexOf('\ninputs:'), action.indexOf('\nruns:'));
inputs.rayquest = [...own.matchAll(/^ {2}([a-z-]+):$/gm)].map((match) => match[1]);
const actionsMetadataProvider = {
  async fetchActionMetadata({ owner, name }) {
    const known = name === 'rayquest' ? inputs.rayquest : inputs[`${owner}/${name}`];
    if (!known) return undefined;
    return { name, description: name, inputs: Object.fromEntries(known.map((input) => [input, { description: input, required: false }])) };
  },
};

for (const path of process.argv.slice(2)) {
  const text = await readFile(path, 'utf8');
  const document = TextDocument.create(pathToFileURL(path).href, 'yaml', 1, text);
  for (const found of await validate(document, { actionsMetadataProvider })) {
    const { line, character } = found.range.start;
    console.log(JSON.stringify({ file: path, line: line + 1, column: character + 1, severity: found.severity, message: found.message }));
  }
}
