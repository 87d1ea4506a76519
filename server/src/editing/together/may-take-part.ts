import type { DocumentState } from '@megdocs/contract';
import type { DocumentFacts } from '../../documents/index.ts';

type PartRole = 'owner' | 'contributor' | 'reviewer';

/**
 * As what a person may edit a document in Word, by its state and their role; undefined: not at all. A draft belongs to
 * its owner and contributors, a version in review to its owner and reviewers, and what is published to nobody.
 */
export function partOf(
  state: DocumentState,
  access: { owns: boolean; edits: boolean; reviews: boolean },
): PartRole | undefined {
  switch (state) {
    case 'draft':
    case 'revision':
      if (access.owns) return 'owner';
      return access.edits ? 'contributor' : undefined;
    case 'in-review':
    case 'revision-in-review':
      if (access.owns) return 'owner';
      return access.reviews ? 'reviewer' : undefined;
    default:
      return undefined;
  }
}

/** Why a person may not (any more) edit it in Word, in a sentence. */
export function whyNoPart(document: DocumentFacts, name: string): string {
  if (document.state === 'published')
    return `Version ${document.newestVersion.number} is published, and nobody edits it.`;
  const inReview = document.state === 'in-review' || document.state === 'revision-in-review';
  return inReview
    ? `The document is in review, and ${name} is not one of its reviewers.`
    : `${name} may not edit this document.`;
}
