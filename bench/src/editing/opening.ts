import { readFile } from 'node:fs/promises';
import { documentFile } from '@megdocs/fixtures';
import { type Finding, median } from '../connections/measure.ts';
import { openStage } from './stage.ts';

const GRAPH_MS = 150;
const ROUNDS = 15;

/** From the click to the address of Word: calls, and the time beside the one call that can't be saved. */
export async function measureOpening(): Promise<Finding[]> {
  const stage = await openStage({ latencyMs: GRAPH_MS });
  try {
    const content = await readFile(documentFile('SOP-QA-014 Hand hygiene.docx'));
    const clicks: number[] = [];
    const floors: number[] = [];
    let calls = 0;
    for (let round = 0; round <= ROUNDS; round++) {
      const document = await stage.draft(`Hand hygiene ${round}.docx`, content);
      if ('refused' in document) throw new Error(document.refused);
      stage.calls();
      const click = await millisecondsOf(() => stage.open(document.id));
      calls = Math.max(calls, stage.calls().length);
      const { integrationId } = await stage.copyOf(await stage.open(document.id));
      const graph = stage.app.accounts.graphFor(integrationId);
      const floor = await millisecondsOf(async () => {
        const answer = await graph.request('PUT', `/me/drive/root:/floor/${round}.docx:/content`, {
          body: content,
          contentLength: content.length,
        });
        await answer.json();
      });
      // The first round warms both.
      if (round > 0) clicks.push(click);
      if (round > 0) floors.push(floor);
    }
    const remark = `${median(clicks).toFixed(0)} ms against ${median(floors).toFixed(0)} ms`;
    return [
      { id: 'O1', what: 'opening: calls to Graph before Word', value: calls, unit: 'calls', bar: { atMost: 1 } },
      {
        id: 'O2',
        what: `opening: click to redirect, Graph at ${GRAPH_MS} ms, against one bare upload`,
        value: median(clicks) / median(floors),
        unit: '×',
        bar: { atMost: 1.3 },
        remark,
      },
    ];
  } finally {
    await stage.close();
  }
}

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
