import type { DocumentDetail, DocumentState } from '@megdocs/contract';
import { namesInWords } from './words.ts';

export interface RoadStep {
  glyph: DocumentState;
  text: string;
  when: 'now' | 'ahead';
}

type Facts = Pick<DocumentDetail, 'state' | 'people' | 'nextPublishedVersion' | 'publishedVersion' | 'version'>;

/** The steps that are left until the text that one works on is in force; none for a published document. */
export function roadToPublication(document: Facts): RoadStep[] {
  const { state } = document;
  if (state === 'published') return [];
  const inReview = state === 'in-review' || state === 'revision-in-review';
  // A reader who sees only the published version is told nothing of a revision beside it.
  if (document.version === document.publishedVersion) return [];
  const approvers = document.people.approvers.map((person) => person.name);
  const by = approvers.length > 0 ? namesInWords(approvers) : 'an approver';
  const steps: RoadStep[] = [];
  if (!inReview)
    steps.push({ glyph: state, text: `${state === 'draft' ? 'Draft' : 'Revision'}: finish editing`, when: 'now' });
  steps.push({ glyph: 'in-review', text: `Review and approval by ${by}`, when: inReview ? 'now' : 'ahead' });
  steps.push({ glyph: 'published', text: `Published as ${document.nextPublishedVersion}`, when: 'ahead' });
  return steps;
}

/** Under the title: in force or not. */
export function effectInWords(document: Pick<DocumentDetail, 'publishedVersion' | 'version'>): string {
  if (!document.publishedVersion) return 'Not yet effective';
  return document.publishedVersion === document.version ? 'In force' : `${document.publishedVersion} is in force`;
}
