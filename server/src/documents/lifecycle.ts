import type { DocumentState, Transition } from '@megdocs/contract';
import type { DocumentAccess } from './access.ts';

/** The road of a document, as one table: what leads from where to where. */
const ROADS: Record<DocumentState, Partial<Record<Transition, DocumentState>>> = {
  draft: { 'send-to-review': 'in-review' },
  'in-review': { 'send-back': 'draft', publish: 'published' },
  published: { revise: 'revision' },
  revision: { 'send-to-review': 'revision-in-review' },
  'revision-in-review': { 'send-back': 'revision', publish: 'published' },
};

const EVERY_TRANSITION: readonly Transition[] = ['send-to-review', 'publish', 'send-back', 'revise'];

/** Where a transition leads from this state; undefined where it does not fit. */
export function stateAfter(state: DocumentState, transition: Transition): DocumentState | undefined {
  return ROADS[state][transition];
}

export function transitionsFrom(state: DocumentState): Transition[] {
  return EVERY_TRANSITION.filter((transition) => stateAfter(state, transition) !== undefined);
}

/** Whose act a transition is. That an approver edited nothing is looked at besides. */
export function mayTransition(transition: Transition, access: DocumentAccess): boolean {
  switch (transition) {
    case 'send-to-review':
    case 'revise':
      return access.edits;
    case 'send-back':
      return access.reviews || access.approves || access.owns || access.controls;
    case 'publish':
      return access.approves;
  }
}

/** Only a draft takes new content. */
export function takesContent(state: DocumentState): boolean {
  return state === 'draft' || state === 'revision';
}

export function isInReview(state: DocumentState): boolean {
  return state === 'in-review' || state === 'revision-in-review';
}
