/**
 * Compares the list of documented shapes with a folder of documented requests and answers, one JSON file each with
 * `method`, `url`, `status` and `response`:
 *
 *     node scripts/compare-shapes.ts FOLDER
 *
 * Prints what the list lacks, and ends with 1 if there is anything.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentedFaults, documentedShapes, pathsOf, templateOf } from '../test/shapes/shapes.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Usage: node scripts/compare-shapes.ts FOLDER\n');
  process.exit(2);
}

const files = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort();
const missing = files.flatMap((name) => lacking(JSON.parse(readFileSync(join(folder, name), 'utf8')), name));
for (const line of missing) process.stdout.write(`${line}\n`);
process.stdout.write(`${files.length} examples, ${missing.length} differences\n`);
process.exit(missing.length === 0 ? 0 : 1);

interface Example {
  method: string;
  url: string;
  status: number | null;
  response: unknown;
  body?: unknown;
}

function lacking({ method, url, status, response, body }: Example, file: string): string[] {
  const request = templateOf(method, url).replace('GET {}', 'GET (any)');
  const faults = documentedFaults.filter((fault) => fault.request === request && fault.status === (status ?? 0));
  if (faults.some(({ path }) => path === undefined)) return [];
  const listed = documentedShapes.filter((shape) => shape.request === request && shape.status === status);
  if (listed.length === 0) return [`${file}: ${request} ${status} is not listed`];
  const known = new Map(listed.flatMap(({ paths }) => Object.entries(paths)));
  return [...pathsOf(response ?? (isAnswered(method, url) ? undefined : body))].flatMap(([path, types]) => {
    if (faults.some((fault) => fault.path === path)) return [];
    const documented = known.get(path)?.split('|');
    if (documented === undefined) return [`${file}: ${request} ${status} has no ${path}`];
    const others = [...types].filter((type) => type !== 'null' && !documented.includes(type));
    return others.map((type) => `${file}: ${request} ${status} has ${path} as ${documented.join('|')}, not ${type}`);
  });
}

/** What Microsoft sends to an application is a request: its body is the shape. */
function isAnswered(method: string, url: string): boolean {
  return !(method === 'POST' && /otificationUrl\}$/.test(url));
}
