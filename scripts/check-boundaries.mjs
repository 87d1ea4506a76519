// The import rules of ARCHITECTURE.md, and the places where SQL, the environment, time and outgoing HTTP may be.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './prepare.mjs';

const OURS = ['contract', 'microsoft365', 'emulator', 'server', 'web', 'fixtures', 'demo', 'e2e', 'bench'];
const packageFolder = {
  '@megdocs/contract': 'contract',
  '@megdocs/microsoft365': 'microsoft365',
  'microsoft365-emulator': 'emulator',
  '@megdocs/server': 'server',
  '@megdocs/fixtures': 'fixtures',
};
const FEATURES = ['accounts', 'documents', 'editing', 'diagnosis'];
const mayUse = {
  editing: ['documents', 'accounts'],
  documents: ['accounts'],
  diagnosis: ['accounts', 'documents'],
  accounts: [],
};

const problems = [];
for (const folder of OURS)
  for (const file of sources(join(root, folder))) look(relative(root, file), readFileSync(file, 'utf8'));
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exit(problems.length === 0 ? 0 : 1);

function look(file, text) {
  const code = text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '');
  const imports = [...code.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1]);
  const isTest = /\.test\.tsx?$|\/test\/|^e2e\/|^bench\//.test(file);
  for (const target of imports) lookAtImport(file, target, isTest);
  if (isTest) return;
  if (file.startsWith('server/src/')) lookAtServer(file, code);
  if (file.startsWith('microsoft365/src/')) lookAtIntegration(file, code, imports);
}

function lookAtImport(file, target, isTest) {
  const from = file.split('/')[0];
  const to = packageFolder[target] ?? (target.startsWith('.') ? resolve(file, target).split('/')[0] : undefined);
  const deep = Object.keys(packageFolder).find((name) => target.startsWith(`${name}/`));
  if (deep) report(file, `imports ${target}: a package has one door, ${deep}`);
  if (to === undefined || to === from || isTest) return;
  if (target.startsWith('.')) report(file, `imports ${target}: a package is imported by its name`);
  if (['contract', 'microsoft365', 'emulator', 'fixtures'].includes(from))
    report(file, `imports ${to}: ${from} is useful alone, and imports nothing of ours`);
  if (from === 'web' && to !== 'contract') report(file, `imports ${to}: pages know the contract only`);
  if (from === 'server' && !['contract', 'microsoft365'].includes(to))
    report(file, `imports ${to}: product code never knows the emulator or the demo`);
}

function lookAtServer(file, code) {
  const room = file.split('/')[2];
  for (const match of code.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
    const target = resolve(file, match[1]).split('/');
    const other = target[2];
    if (FEATURES.includes(room) && FEATURES.includes(other) && other !== room) {
      if (!mayUse[room].includes(other))
        report(file, `imports ${other}: ${room} may use ${mayUse[room].join(', ') || 'no other feature'}`);
      if (target.slice(3).join('/') !== 'index.ts')
        report(file, `imports ${target.join('/')}: a feature has one door, its index.ts`);
    }
    if (room === 'platform' && FEATURES.includes(other))
      report(file, `imports ${other}: the platform knows no feature`);
    if ((room === 'platform' || FEATURES.includes(room)) && ['app.ts', 'main.ts', 'listen.ts'].includes(other))
      report(file, `imports ${other}: the wiring knows the features, never the other way round`);
  }
  if (/@megdocs\/microsoft365/.test(code) && !['accounts', 'editing', 'diagnosis'].includes(room))
    report(file, 'imports microsoft365: only accounts, editing and diagnosis do');
  const holdsSql = room === 'platform' || /store\.ts$/.test(file);
  if (
    !holdsSql &&
    /\.(selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql(<[^>]*>)?`/.test(code) &&
    !/app\.ts$/.test(file)
  )
    report(file, 'holds SQL: it belongs into a store.ts');
  if (
    /\bnow\(\)(?!\s*[:{=])/.test(code.replaceAll('app_now()', '').replace(/\.now\(\)/g, '')) &&
    /sql|`/.test(code) &&
    holdsSql
  )
    report(file, 'asks the database for now(): all SQL takes app_now()');
  if (/current_timestamp/i.test(code)) report(file, 'asks the database for current_timestamp: all SQL takes app_now()');
  if (
    /process\.env/.test(code) &&
    !/^server\/src\/(main|config|institution-command|owners-database|doctor-command)\.ts$/.test(file)
  )
    report(file, 'reads the environment: only config.ts does');
  if (/\bDate\.now\(\)|new Date\(\)/.test(code) && !/platform\/clock\.ts$/.test(file))
    report(file, 'asks for the time: the clock is passed in');
  if (/\bfetch\(|undici/.test(code) && room !== 'platform')
    report(file, 'calls out by HTTP: only microsoft365 and the platform do');
}

function lookAtIntegration(file, code, imports) {
  const room = file.split('/')[2];
  if (imports.includes('undici') && !['graph', 'connecting'].includes(room))
    report(file, 'calls out by HTTP: only graph/ and connecting/ do');
  if (/process\.env/.test(code)) report(file, 'reads the environment: the host passes everything in');
  if (
    /\bDate\.now\(\)|new Date\(\)|Math\.random/.test(code) &&
    !file.endsWith('/vault/token-vault.ts') &&
    !/clockSkew/.test(code)
  )
    report(file, 'asks for the time or for chance: the host passes both in');
}

function resolve(file, target) {
  return relative(root, join(root, file, '..', target)).replaceAll('\\', '/');
}

function report(file, what) {
  problems.push(`${file} ${what}`);
}

function sources(folder) {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', 'test-results'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}
