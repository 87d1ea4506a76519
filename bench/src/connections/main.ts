// npm run bench:connections: what a valid Microsoft token costs, and what bad days do to it, beside what one would use
// instead, on the same PostgreSQL, in one run. Prints ratios; ends with 1 when one misses its bar.
// `npm run bench:connections -- P1 P3` measures a part.
import { measureConnecting } from './connecting.ts';
import { measureHungRefreshes } from './hung-refreshes.ts';
import { startIdentityProvider } from './identity-provider.ts';
import { type Finding, holds } from './measure.ts';
import { measureOpening } from './opening.ts';
import { measureSealing } from './sealing.ts';
import { openStage } from './stage.ts';
import { measureStorm } from './storm.ts';
import { measureUploads } from './uploads.ts';
import { measureValidTokens } from './valid-token.ts';

const parts = {
  P1: measureValidTokens,
  P3: measureStorm,
  P4: measureHungRefreshes,
  P6: measureConnecting,
  P7: measureSealing,
  P8: measureOpening,
  P9: measureUploads,
};

const wanted = process.argv.slice(2);
const findings: Finding[] = [];
for (const [id, measure] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(id)) continue;
  const stage = await openStage();
  const provider = await startIdentityProvider();
  try {
    findings.push(...(await measure(stage, provider)));
  } finally {
    provider.close();
    await stage.close();
  }
}
for (const finding of findings) process.stdout.write(`${lineOf(finding)}\n`);
process.exitCode = findings.every(holds) ? 0 : 1;

function lineOf(finding: Finding): string {
  const { id, what, value, unit, bar, remark } = finding;
  const [[kind, limit]] = Object.entries(bar) as [[string, number]];
  const word = { atMost: 'at most', atLeast: 'at least', exactly: 'exactly' }[kind];
  const shown = value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(2);
  const verdict = holds(finding) ? 'holds ' : 'MISSED';
  return `${id}  ${what.padEnd(62)} ${`${shown} ${unit}`.padStart(12)}   ${verdict} ${word} ${limit} ${unit}${remark ? `   (${remark})` : ''}`;
}
