import type { DocumentState, Version } from '@megdocs/contract';

export type Glyph = 'dashed' | 'half' | 'three-quarters' | 'tick' | 'core' | 'clock' | 'bar';
export type Tone = 'plain' | 'wait' | 'ok' | 'live';

/** How a status looks and reads. Only what waits for someone is coloured as a word. */
export interface StatusLook {
  word: string;
  glyph: Glyph;
  glyphTone: Tone;
  wordTone: 'plain' | 'wait';
}

const looks: Record<DocumentState | Version['state'], StatusLook> = {
  draft: { word: 'Draft', glyph: 'dashed', glyphTone: 'plain', wordTone: 'plain' },
  'in-review': { word: 'In review', glyph: 'half', glyphTone: 'wait', wordTone: 'wait' },
  published: { word: 'Published', glyph: 'tick', glyphTone: 'ok', wordTone: 'plain' },
  revision: { word: 'Under revision', glyph: 'core', glyphTone: 'live', wordTone: 'plain' },
  'revision-in-review': { word: 'Revision in review', glyph: 'half', glyphTone: 'wait', wordTone: 'wait' },
  superseded: { word: 'Superseded', glyph: 'bar', glyphTone: 'plain', wordTone: 'plain' },
};

export const statusLook = (state: DocumentState | Version['state']): StatusLook => looks[state];
