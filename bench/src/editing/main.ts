// npm run bench:editing: calls and ratios of opening, check-in and observing, against the emulator with Graph's usual delay. Prints
// them beside their bars; ends with 1 when one misses. `npm run bench:editing -- opening` measures a part.
import { type Finding, holds } from '../connections/measure.ts';
import { measureCalls, measureLargeCheckIn } from './check-in.ts';
import { measureObserving } from './observing.ts';
import { measureOpening } from './opening.ts';

const parts = { opening: measureOpening, calls: measureCalls, large: measureLargeCheckIn, observing: measureObserving };

const wanted = process.argv.slice(2);
const findings: Finding[] = [];
for (const [name, measure] of Object.entries(parts))
  if (wanted.length === 0 || wanted.includes(name)) findings.push(...(await measure()));
for (const finding of findings) process.stdout.write(`${lineOf(finding)}\n`);
process.exitCode = findings.every(holds) ? 0 : 1;

function lineOf(finding: Finding): string {
  const { id, what, value, unit, bar, remark } = finding;
  const [[kind, limit]] = Object.entries(bar) as [[string, number]];
  const word = { atMost: 'at most', atLeast: 'at least', exactly: 'exactly' }[kind];
  const verdict = holds(finding) ? 'holds ' : 'MISSED';
  const shown = Number.isInteger(value) ? value.toFixed(0) : value.toFixed(2);
  return `${id}  ${what.padEnd(72)} ${`${shown} ${unit}`.padStart(10)}   ${verdict} ${word} ${limit} ${unit}${remark ? `   (${remark})` : ''}`;
}
