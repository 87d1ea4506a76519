/** Characters `from`–`to` of the old text become `inserted`. */
export interface TextEdit {
  from: number;
  to: number;
  inserted: string;
}

// Comparing all lines with all lines takes too long beyond this; then only the ends are compared.
const MOST_LINES = 400;

/** What was changed between two texts, in order: lines that are the same in both stay out of it. */
export function findTextEdits(before: string, after: string): TextEdit[] {
  const [oldLines, newLines] = [before.split('\n'), after.split('\n')];
  if (oldLines.length > MOST_LINES || newLines.length > MOST_LINES) return [findTextEdit(before, after, 0)];
  const starts = startsOf(oldLines);
  const edits: TextEdit[] = [];
  let [oldAt, newAt] = [0, 0];
  for (const [oldNext, newNext] of [
    ...findSameLines(oldLines, newLines),
    [oldLines.length, newLines.length] as const,
  ]) {
    const gap = { oldFrom: oldAt, oldTo: oldNext, lines: newLines.slice(newAt, newNext) };
    edits.push(...findEditsInGap(oldLines, starts, gap));
    [oldAt, newAt] = [oldNext + 1, newNext + 1];
  }
  return edits;
}

function findEditsInGap(
  oldLines: string[],
  starts: number[],
  { oldFrom, oldTo, lines }: { oldFrom: number; oldTo: number; lines: string[] },
): TextEdit[] {
  const gone = oldLines.slice(oldFrom, oldTo);
  const start = starts[oldFrom] ?? 0;
  if (gone.length === lines.length)
    return gone.flatMap((line, index) => {
      const now = lines[index] ?? '';
      return line === now ? [] : [findTextEdit(line, now, starts[oldFrom + index] ?? 0)];
    });
  // Whole lines come and go with the line end before them, the first ones with that behind.
  const endBefore = start - 1;
  if (gone.length === 0)
    return oldFrom > 0
      ? [{ from: endBefore, to: endBefore, inserted: `\n${lines.join('\n')}` }]
      : [{ from: 0, to: 0, inserted: `${lines.join('\n')}\n` }];
  if (lines.length === 0)
    return [
      oldFrom > 0
        ? { from: endBefore, to: (starts[oldTo] ?? 0) - 1, inserted: '' }
        : { from: 0, to: starts[oldTo] ?? 0, inserted: '' },
    ];
  return [findTextEdit(gone.join('\n'), lines.join('\n'), start)];
}

// One more than there are lines: where the next one would begin.
function startsOf(lines: string[]): number[] {
  const starts = [0];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length + 1);
  return starts;
}

/** The longest sequence of lines that stand in both, as pairs of places. */
function findSameLines(a: string[], b: string[]): [number, number][] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

function findTextEdit(before: string, after: string, shift: number): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from++;
  if (/^[\ud800-\udbff]$/.test(before.charAt(from - 1))) from--;
  let same = 0;
  while (same < shorter - from && before.at(-1 - same) === after.at(-1 - same)) same++;
  // A character of two units is not cut in half.
  if (same > 0 && /^[\udc00-\udfff]$/.test(before.charAt(before.length - same))) same--;
  return { from: from + shift, to: before.length - same + shift, inserted: after.slice(from, after.length - same) };
}
