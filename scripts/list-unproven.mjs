// The lines of scripts/connection-lines.txt that no test carries in its name. Prints "none" when there is none.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './prepare.mjs';

const LEFT_OUT = new Set(['node_modules', 'dist', 'test-results', '.git']);
/** The name of a test or of a group of tests: the first text that the call holds, also behind `.each(…)`. */
const NAME =
  /\b(?:it|test|describe)(?:\.\w+)*(?:\((?:[^()]|\([^()]*\))*\))?\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;
/** Whose names stand in a table that `it.each` walks: the id opens the text. */
const IN_TABLE = /^\s*\[?\s*['"`]((?:[SR]\d{2}(?:, )?)+): /gm;

const lines = readFileSync(join(root, 'scripts/connection-lines.txt'), 'utf8').split('\n');
const wanted = lines.filter((line) => /^[SR]\d{2} /.test(line));
const proven = new Set(testFiles(root).flatMap((file) => idsIn(readFileSync(file, 'utf8'))));
const unproven = wanted.filter((line) => !proven.has(line.slice(0, 3)));
for (const line of unproven) say(line);
if (unproven.length === 0) say('none');
process.exit(wanted.length > 0 && unproven.length === 0 ? 0 : 1);

function idsIn(text) {
  const names = [...text.matchAll(NAME)].map(([, single, double, template]) => single ?? double ?? template ?? '');
  const inTables = [...text.matchAll(IN_TABLE)].map(([, ids]) => ids);
  return [...names, ...inTables].flatMap((name) => name.match(/\b[SR]\d{2}\b/g) ?? []);
}

function testFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (LEFT_OUT.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return testFiles(path);
    return /\.test\.tsx?$/.test(entry.name) ? [path] : [];
  });
}
