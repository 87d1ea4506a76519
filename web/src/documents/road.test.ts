import { describe, expect, it } from 'vitest';
import { effectInWords, roadToPublication } from './road.ts';

const people = { contributors: [], reviewers: [], approvers: [{ id: 'p', name: 'P. Approver' }] };
const draft = { state: 'draft', people, nextPublishedVersion: '1.0', publishedVersion: null, version: '0.2' } as const;

describe('D3: what remains before it is published', () => {
  it('is editing, review and publication for a draft', () => {
    expect(roadToPublication(draft).map((step) => [step.text.replaceAll('\u00a0', ' '), step.when])).toEqual([
      ['Draft: finish editing', 'now'],
      ['Review and approval by P. Approver', 'ahead'],
      ['Published as 1.0', 'ahead'],
    ]);
  });
  it('is the approval for what is in review', () => {
    const [first] = roadToPublication({
      ...draft,
      state: 'revision-in-review',
      publishedVersion: '1.0',
      version: '1.1',
    });
    expect(first).toMatchObject({ when: 'now', glyph: 'in-review' });
  });
  it('is nothing for a reader of the published version beside a revision', () => {
    expect(roadToPublication({ ...draft, state: 'revision', publishedVersion: '1.0', version: '1.0' })).toEqual([]);
  });
  it('says which version is in force', () => {
    expect(effectInWords({ publishedVersion: null, version: '0.1' })).toBe('Not yet effective');
    expect(effectInWords({ publishedVersion: '1.0', version: '1.2' })).toBe('1.0 is in force');
  });
});
