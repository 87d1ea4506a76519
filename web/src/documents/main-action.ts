import type { Blocker, DocumentDetail, Transition } from '@megdocs/contract';

export type HeadAction =
  | { kind: 'edit'; label: string }
  | { kind: 'transition'; transition: Transition; label: string; blockedBecause: string | null };

export interface HeadActions {
  /** The one petrol button of the page; null where it stands elsewhere (band, receipt, list of blockers) or nothing is to do. */
  primary: HeadAction | null;
  /** Beside it, in their order. */
  others: HeadAction[];
  /** "Edit in Word" while something stands in the way: visible, readable, tied to the list. */
  blockedEdit: { label: string; blockers: Blocker[]; openAtOnce: boolean } | null;
}

type Facts = Pick<
  DocumentDetail,
  'app' | 'beingEdited' | 'editBlockers' | 'transitions' | 'rights' | 'nextPublishedVersion'
>;

/** What this person should do next with this document, and what else they may. */
export function headActions(document: Facts, lateSaveHoldsTheButton: boolean): HeadActions {
  const { beingEdited } = document;
  const othersEdit = document.editBlockers.some((blocker) => blocker.code === 'being-edited');
  // The band holds the main action of those who are in the session; the head keeps only its menu.
  if (beingEdited && !othersEdit) return { primary: null, others: [], blockedEdit: null };

  const transitions = document.transitions.map(
    (entry): HeadAction => ({
      kind: 'transition',
      transition: entry.transition,
      label: transitionLabel(entry.transition, document.nextPublishedVersion),
      blockedBecause: entry.blockedBecause,
    }),
  );
  const publish = transitions.find((action) => action.kind === 'transition' && action.transition === 'publish');
  const label = `Edit in ${document.app ?? 'Word'}`;
  if (document.editBlockers.length > 0 || !document.app) {
    return withBlockedEdit(document, label, transitions, publish);
  }
  const edit: HeadAction = { kind: 'edit', label };
  if (lateSaveHoldsTheButton) return { primary: null, others: [...transitions, edit], blockedEdit: null };
  return { primary: edit, others: transitions, blockedEdit: null };
}

function withBlockedEdit(
  document: Facts,
  label: string,
  transitions: HeadAction[],
  publish: HeadAction | undefined,
): HeadActions {
  const blockers = document.editBlockers;
  // Who only reads, or came to approve, is not met by a list of what they never wanted to do.
  const openAtOnce = document.rights.edit && !publish;
  // A blocker's own button does the same as the transition: where it is seen, it should not stand twice.
  const offered = new Set(openAtOnce ? blockers.map((blocker) => blocker.action) : []);
  const others = transitions.filter(
    (action) =>
      action !== publish && !(action.kind === 'transition' && offered.has(action.transition as Blocker['action'])),
  );
  return {
    primary: publish && !isBlocked(publish) ? publish : null,
    others: publish && isBlocked(publish) ? [publish, ...others] : others,
    blockedEdit: blockers.length > 0 ? { label, blockers, openAtOnce } : null,
  };
}

function isBlocked(action: HeadAction): boolean {
  return action.kind === 'transition' && action.blockedBecause !== null;
}

function transitionLabel(transition: Transition, nextPublishedVersion: string): string {
  const labels: Record<Transition, string> = {
    'send-to-review': 'Send to review',
    'send-back': 'Send back to draft',
    publish: `Publish ${nextPublishedVersion}`,
    revise: 'Start a revision',
  };
  return labels[transition];
}
