import type { DocumentState, Transition } from '@megdocs/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideAccess } from './access.ts';
import { isInReview, mayTransition, stateAfter, takesContent, transitionsFrom } from './lifecycle.ts';
import {
  FIRST_VERSION,
  formatVersion,
  isPublishedNumber,
  nextDraft,
  nextPublished,
  parseVersion,
} from './version-numbers.ts';

const states: DocumentState[] = ['draft', 'in-review', 'published', 'revision', 'revision-in-review'];
const transitions: Transition[] = ['send-to-review', 'send-back', 'publish', 'revise'];

describe('D3: the road of a document', () => {
  it('goes draft, in review, published, revision, revision in review, published', () => {
    expect(stateAfter('draft', 'send-to-review')).toBe('in-review');
    expect(stateAfter('in-review', 'publish')).toBe('published');
    expect(stateAfter('published', 'revise')).toBe('revision');
    expect(stateAfter('revision', 'send-to-review')).toBe('revision-in-review');
    expect(stateAfter('revision-in-review', 'publish')).toBe('published');
  });

  it('sends back to where the review came from', () => {
    expect(stateAfter('in-review', 'send-back')).toBe('draft');
    expect(stateAfter('revision-in-review', 'send-back')).toBe('revision');
  });

  it('on every road, what is published was in review, and what was published once stays published', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...transitions), { maxLength: 40 }), (road) => {
        let state: DocumentState = 'draft';
        let everPublished = false;
        for (const transition of road) {
          const next = stateAfter(state, transition);
          if (!next) continue;
          if (next === 'published') expect(isInReview(state)).toBe(true);
          everPublished ||= next === 'published';
          state = next;
          // The database checks the same: a draft or its review has no published version beside it.
          expect(state === 'draft' || state === 'in-review').toBe(!everPublished);
        }
      }),
    );
  });

  it('takes content only where nothing is being reviewed or in force', () => {
    expect(states.filter(takesContent)).toEqual(['draft', 'revision']);
  });

  it('offers exactly what leads somewhere', () => {
    for (const state of states)
      expect(transitionsFrom(state).sort()).toEqual(
        transitions.filter((transition) => stateAfter(state, transition)).sort(),
      );
  });

  it('a document controller sends back, but neither publishes nor edits', () => {
    const controller = decideAccess({
      sameInstitution: true,
      isController: true,
      isOwner: false,
      namedAs: new Set(),
      folderRights: new Set(),
      hasPublishedVersion: true,
    });
    expect(transitions.filter((transition) => mayTransition(transition, controller))).toEqual(['send-back']);
  });
});

describe('version numbers', () => {
  const number = fc.record({ major: fc.nat(999), minor: fc.nat(999) });

  it('begin at 0.1', () => {
    expect(formatVersion(FIRST_VERSION)).toBe('0.1');
  });

  it('are read as they are written, and nothing else is', () => {
    fc.assert(
      fc.property(number, (version) => {
        expect(parseVersion(formatVersion(version))).toEqual(version);
      }),
    );
    for (const text of ['1', '1.', '.1', '01.0', '1.00', '1.0 ', '-1.0', '1e3.0', '9999999.0', '1.0.0', ''])
      expect(parseVersion(text)).toBeUndefined();
  });

  it('only publishing makes a whole number, and every next one is higher', () => {
    fc.assert(
      fc.property(number, (version) => {
        const draft = nextDraft(version);
        const published = nextPublished(version);
        expect(isPublishedNumber(draft)).toBe(false);
        expect(isPublishedNumber(published)).toBe(true);
        expect(draft.major === version.major && draft.minor > version.minor).toBe(true);
        expect(published.major).toBe(version.major + 1);
      }),
    );
  });
});
