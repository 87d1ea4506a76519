// npm test: everything that CI runs. `npm run test:unit` and `npm run test:e2e` run a part of it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureBuilt, ensureInstalled, fail, nodePath, root, say, withNode } from './prepare.mjs';

const part = process.argv[2];
const results = mkdtempSync(join(tmpdir(), 'megdocs-results-'));
const total = { passed: 0, failed: 0, skipped: 0 };
/** Said again at the end: what failed long ago has scrolled out of sight by then. */
const failures = [];

ensureInstalled();
ensureBuilt();
const chromium = ensureChromium();
if (part !== 'e2e') ensureLibreOffice();
const environment = { ...withNode(process.env), CHROMIUM_PATH: chromium, NODE_ENV: 'test' };

if (!part) count('Static checks', run(['scripts/check.mjs']), undefined);
if (part !== 'e2e') {
  vitest('Units and integration on PGlite', []);
  vitest('The server on PostgreSQL', ['--project', 'server*'], ['scripts/with-postgres.ts']);
}
if (part !== 'unit') playwright();

rmSync(results, { recursive: true, force: true });
if (failures.length > 0) say(`\nFailed:\n${failures.join('\n')}`);
say(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

function vitest(name, args, before = []) {
  const file = join(results, `${name}.json`);
  say(`\n=== ${name}`);
  const command = [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ];
  const ok = run([...before, ...command]);
  count(name, ok, file, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(({ name: testFile, message, assertionResults }) => [
      ...(message ? [`${testFile}: ${message}`] : []),
      ...assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => `${testFile}: ${fullName}\n  ${firstLines(failureMessages)}`),
    ]),
  }));
}

function playwright() {
  const file = join(results, 'journeys.json');
  say('\n=== Journeys in a real browser');
  const ok = run(['node_modules/@playwright/test/cli.js', 'test', '--config', 'e2e/playwright.config.ts'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
  });
  count('Journeys', ok, file, ({ stats, suites }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
    failures: suites
      .flatMap(({ specs }) => specs)
      .filter(({ ok: passed }) => !passed)
      .map(({ file: testFile, title }) => `${testFile}: ${title}`),
  }));
}

function run(args, extra = {}) {
  return (
    spawnSync(nodePath(), args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...environment, ...extra },
    }).status === 0
  );
}

/** Adds up what a runner reports; a runner that fails without a failed test is a failure of its own. */
function count(name, ok, file, read) {
  if (!file) {
    total[ok ? 'passed' : 'failed'] += 1;
    if (!ok) failures.push(name);
    return;
  }
  const counted = existsSync(file)
    ? read(JSON.parse(readFileSync(file, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const key of Object.keys(total)) total[key] += counted[key];
  failures.push(...counted.failures);
  if (!ok && counted.failed === 0) {
    failures.push(`${name} ended with an error outside any test: see above.`);
    total.failed += 1;
  }
}

function firstLines(messages) {
  return messages.join('\n').split('\n').slice(0, 12).join('\n  ');
}

function ensureChromium() {
  const known = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const find = () => known.find((path) => path && existsSync(path));
  const found = find();
  if (found || part === 'unit') return found ?? '';
  if (!mayInstall()) fail('The journeys need Chromium, and none was found. Install it, or name it with CHROMIUM_PATH.');
  say('Installing Chromium from Debian (once)…');
  installFromDebian(['chromium']);
  return (
    find() ?? fail('Chromium could not be installed with apt-get. Install it by hand, or name it with CHROMIUM_PATH.')
  );
}

/** Reads what the emulator's Excel and PowerPoint wrote. Without it those tests fail and say what they need. */
function ensureLibreOffice() {
  if (process.env.SOFFICE_PATH || hasLibreOffice('/usr/bin/soffice') || !mayInstall()) return;
  say('Installing LibreOffice Calc and Impress from Debian (once)…');
  installFromDebian(['libreoffice-calc-nogui', 'libreoffice-impress-nogui']);
}

/** The program is there with the libraries of both; another package brings it without them. */
function hasLibreOffice(path) {
  if (!existsSync(path)) return false;
  const folder = dirname(realpathSync(path));
  return ['libsclo.so', 'libsdlo.so'].every((library) => existsSync(join(folder, library)));
}

function mayInstall() {
  return existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
}

function installFromDebian(packages) {
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ])
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
}
