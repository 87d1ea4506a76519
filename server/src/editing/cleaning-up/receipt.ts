import type { ReceiptStep } from '@megdocs/contract';
import type { DraftRow } from '../follow-ups/draft-store.ts';
import type { SessionRow } from '../store.ts';
import { listNames } from '../words.ts';
import type { CleanUpRow } from './clean-up-store.ts';
import type { StepRow } from './step-store.ts';

interface ReceiptFacts {
  session: SessionRow;
  version: { number: string; editors: readonly { name: string }[] } | null;
  checkedInBy: string | null;
  drafts: readonly DraftRow[];
  cleanUp: CleanUpRow | undefined;
  watchMinutes: number;
  now: Date;
  /** Colleagues who were in the session. */
  people: readonly ReceiptPerson[];
  steps: readonly StepRow[];
}

export interface ReceiptPerson {
  name: string;
  state: string;
  toldOf: string | null;
  withdrawnAt: Date | null;
  problem: string | null;
}

/** What happened after the session was closed, step by step, each with its time. Empty while it is open. */
export function describeReceipt(facts: ReceiptFacts): ReceiptStep[] {
  const { session, cleanUp } = facts;
  if (!session.ended_at || !cleanUp) return [];
  return [
    closing(facts),
    ...colleagues(facts),
    ...facts.drafts.map(lateSave),
    copy(facts, cleanUp),
    ...folder(facts),
    finished(cleanUp),
  ];
}

function step(fields: Omit<ReceiptStep, 'followUpDraftId'> & { followUpDraftId?: string }): ReceiptStep {
  return { followUpDraftId: null, ...fields };
}

function closing({ session, version, checkedInBy }: ReceiptFacts): ReceiptStep {
  const at = session.ended_at?.toISOString() ?? null;
  if (!version)
    return step({
      kind: 'version',
      state: 'done',
      title: 'Closed without a version',
      detail: session.end_reason ?? '',
      at,
    });
  const editors = version.editors.map((editor) => editor.name);
  return step({
    kind: 'version',
    state: 'done',
    title: `Version ${version.number} kept`,
    detail: `checked in by ${checkedInBy ?? 'somebody'}, edited by ${listNames(editors)}`,
    at,
  });
}

/** Who else was in it: told at once, and their rights taken back when they have come to rest. */
function colleagues({ people, session }: ReceiptFacts): ReceiptStep[] {
  if (people.length === 0) return [];
  const names = listNames(people.map(({ name }) => name));
  const told = people.every(({ toldOf }) => toldOf !== null);
  const left = people.find(({ state }) => state === 'left-behind');
  const withdrawn = people.every(({ state }) => state === 'withdrawn' || state === 'refused');
  const times = people.flatMap(({ withdrawnAt }) => (withdrawnAt ? [withdrawnAt.getTime()] : []));
  return [
    step({
      kind: 'told',
      state: told || withdrawn ? 'done' : 'running',
      title: 'Colleagues told',
      detail: names,
      at: iso(session.ended_at),
    }),
    step({
      kind: 'rights',
      state: left ? 'failed' : withdrawn ? 'done' : 'waiting',
      title: withdrawn ? 'Their rights withdrawn' : 'Their rights',
      detail: left
        ? `${left.name} can still open the copy. ${left.problem ?? ''}`.trim()
        : withdrawn
          ? names
          : 'will be withdrawn when nobody has saved for a minute, after five minutes at the latest',
      at: withdrawn && times.length > 0 ? new Date(Math.max(...times)).toISOString() : null,
    }),
  ];
}

function folder({ steps }: ReceiptFacts): ReceiptStep[] {
  const found = steps.find((one) => one.step === 'folder-removed' || one.step === 'folder-kept');
  if (!found) return [];
  const removed = found.step === 'folder-removed';
  return [
    step({
      kind: 'folder',
      state: removed ? 'done' : 'attention',
      title: removed ? 'Its folder in OneDrive' : 'Folder in OneDrive',
      detail: removed ? 'was empty, and was removed' : found.detail,
      at: found.done_at.toISOString(),
    }),
  ];
}

function lateSave(draft: DraftRow): ReceiptStep {
  const names = listNames(draft.editors.map((editor) => editor.name));
  const detail = {
    waiting: 'kept as a draft of its own, not looked at yet',
    adopted: 'became a version',
    dismissed: `dismissed: ${draft.reason ?? ''}`,
  }[draft.state];
  return step({
    kind: 'late-save',
    state: draft.state === 'waiting' ? 'attention' : 'done',
    title: `${names} saved again`,
    detail,
    at: draft.saved_at.toISOString(),
    followUpDraftId: draft.id,
  });
}

function copy({ watchMinutes, now }: ReceiptFacts, cleanUp: CleanUpRow): ReceiptStep {
  const title = 'Copy in OneDrive';
  if (cleanUp.state === 'done')
    return step({
      kind: 'copy',
      state: 'done',
      title,
      detail: cleanUp.problem ?? 'deleted',
      at: iso(cleanUp.finished_at),
    });
  if (cleanUp.state === 'left-behind')
    return step({
      kind: 'copy',
      state: 'failed',
      title,
      detail: cleanUp.problem ?? 'left behind',
      at: iso(cleanUp.finished_at),
    });
  if (cleanUp.problem)
    return step({
      kind: 'copy',
      state: 'attention',
      title,
      detail: `${cleanUp.problem} We go on trying.`,
      at: iso(cleanUp.next_look_at),
    });
  return step({
    kind: 'copy',
    state: 'waiting',
    title,
    detail: 'will be deleted then, if nothing more is saved. Please close the Word tab.',
    at: deletionExpectedAt(cleanUp, watchMinutes, now).toISOString(),
  });
}

/** When the copy will be gone if nobody saves any more. */
export function deletionExpectedAt(cleanUp: CleanUpRow, watchMinutes: number, now: Date): Date {
  return new Date(now.getTime() + Math.max(0, watchMinutes * 60 - cleanUp.quiet_seconds) * 1000);
}

function finished(cleanUp: CleanUpRow): ReceiptStep {
  const done = cleanUp.state === 'done' || cleanUp.state === 'left-behind';
  return step({
    kind: 'finished',
    state: done ? 'done' : 'waiting',
    title: 'Finished',
    detail: done ? 'The receipt stays under Activity.' : 'when the copy is gone. The receipt stays under Activity.',
    at: iso(cleanUp.finished_at),
  });
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
