import type { Blocker } from '@megdocs/contract';
import type { DocumentAccess } from './access.ts';
import type { DocumentFacts } from './facts.ts';
import { appFor, fileTypeOf } from './file-kinds.ts';
import { isInReview } from './lifecycle.ts';

/** The document's own reasons why this person can't edit it now, each with who can lift it. */
export function mayEditNow(document: DocumentFacts, access: DocumentAccess): Blocker[] {
  return [rightBlocker(document, access), stateBlocker(document, access), fileBlocker(document)].filter(
    (blocker) => blocker !== undefined,
  );
}

function rightBlocker(document: DocumentFacts, access: DocumentAccess): Blocker | undefined {
  if (access.edits) return undefined;
  return {
    code: 'no-right',
    fact: 'You may see this document, but not edit it.',
    whoLifts: `${document.owner.name}, the owner, can name you as a contributor.`,
    action: 'none',
  };
}

function stateBlocker(document: DocumentFacts, access: DocumentAccess): Blocker | undefined {
  const { state, newestVersion } = document;
  if (isInReview(state)) {
    const maySendBack = access.reviews || access.owns || access.controls;
    return {
      code: 'wrong-state',
      fact: `Version ${newestVersion.number} is in review.`,
      whoLifts: maySendBack
        ? 'You can send it back to draft.'
        : `A reviewer, an approver, ${document.owner.name} (the owner) or a document controller can send it back to draft.`,
      action: maySendBack ? 'send-back' : 'none',
    };
  }
  if (state !== 'published') return undefined;
  return {
    code: 'wrong-state',
    fact: `Version ${newestVersion.number} is published.`,
    whoLifts: access.edits
      ? 'You can start a revision; this version stays in force until the next one is published.'
      : `${document.owner.name} (the owner) or a contributor can start a revision.`,
    action: access.edits ? 'revise' : 'none',
  };
}

function fileBlocker(document: DocumentFacts): Blocker | undefined {
  const { fileName } = document.newestVersion;
  if (appFor(fileName)) return undefined;
  return {
    code: 'file-type',
    fact: `${fileName} is a ${fileTypeOf(fileName)?.name ?? 'file'}: it can be downloaded, but not edited in the browser.`,
    whoLifts: 'Whoever may edit it can upload it as a Word, Excel or PowerPoint file.',
    action: 'none',
  };
}
