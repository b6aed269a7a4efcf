/**
 * Builds dist/ from src/, and the page by Vite: dist/dashboard/ from src/dashboard/. Errors of the compiler and of Vite are
 * shown as they are. `--schema` also renews pipelines/schema.json, docs/openapi.json and docs/asyncapi.json.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { buildStamp, filesBelow, sourceHash } from './build-stamp.js';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const page = 'src/dashboard';

/** Removes what dist/ has from sources that are gone: an old worker or test must not find it. Vite empties the page's folder. */
const removeStale = () => {
  for (const file of existsSync('dist') ? filesBelow('dist') : []) {
    if (file.startsWith(`dashboard${path.sep}`) || !/\.js(\.map)?$/.test(file)) continue;
    if (!existsSync(path.join('src', file.replace(/\.js(\.map)?$/, '.ts')))) rmSync(path.join('dist', file));
  }
};

const run = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0;
const compile = (project) => run('node_modules/typescript/bin/tsc', '-p', project);
const bundle = (folder) => run('node_modules/vite/bin/vite.js', 'build', folder, '--logLevel', 'warn');

const hash = sourceHash(root);
rmSync(buildStamp, { force: true });
removeStale();
const projects = ['tsconfig.json', `${page}/tsconfig.json`].filter((project) => existsSync(project));
// All of them, so that all errors are seen at once.
const failed = projects.filter((project) => !compile(project));
if (existsSync(`${page}/index.html`) && !bundle(page)) failed.push(page);

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
