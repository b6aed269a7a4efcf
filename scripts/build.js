/**
 * Builds dist/ from src/, and dist/dashboard/ (browser code) from src/dashboard/. The compiler's errors are shown as they are.
 * `--schema` also renews pipelines/schema.json, docs/openapi.json and docs/asyncapi.json.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { buildStamp, filesBelow, sourceHash } from './build-stamp.js';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const isPage = (file) => /\.(html|css)$/.test(file);

/** Removes what dist/ has from sources that are gone: an old worker or test must not find it. */
const removeStale = () => {
  for (const file of existsSync('dist') ? filesBelow('dist') : []) {
    const source = path.join('src', file.replace(/\.js(\.map)?$/, '.ts'));
    if ((isPage(file) || /\.js(\.map)?$/.test(file)) && !existsSync(source)) rmSync(path.join('dist', file));
  }
};

const compile = (project) =>
  spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], { stdio: 'inherit' }).status === 0;

const copyPages = () => {
  const pages = existsSync('src/dashboard') ? filesBelow('src/dashboard').filter(isPage) : [];
  for (const page of pages) cpSync(path.join('src/dashboard', page), path.join('dist/dashboard', page));
};

const hash = sourceHash(root);
rmSync(buildStamp, { force: true });
removeStale();
const projects = ['tsconfig.json', 'src/dashboard/tsconfig.json'].filter((project) => existsSync(project));
// All of them, so that all errors are seen at once.
const failed = projects.filter((project) => !compile(project));
copyPages();

if (process.argv.includes('--schema')) {
  const { pipelineJsonSchema } = await import(pathToFileURL(path.resolve('dist/config/json-schema.js')).href);
  const { describeApi } = await import(pathToFileURL(path.resolve('dist/server/describe.js')).href);
  const { openapi, asyncapi } = await describeApi();
  const documents = { 'pipelines/schema': pipelineJsonSchema(), 'docs/openapi': openapi, 'docs/asyncapi': asyncapi };
  for (const [name, document] of Object.entries(documents))
    writeFileSync(`${name}.json`, `${JSON.stringify(document, null, 2)}\n`);
}
if (failed.length > 0) process.exitCode = 1;
else {
  mkdirSync('dist', { recursive: true });
  writeFileSync(buildStamp, hash);
}
