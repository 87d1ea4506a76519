import type { WordPackage } from '../package/word-package.ts';

export interface EditingMode {
  mode: 'editing' | 'suggesting' | 'viewing';
  readOnlyBecause?: string;
}

/** How Word would let people type into this document. */
export function editingMode({ protection, tracksRevisions }: WordPackage): EditingMode {
  if (protection === 'trackedChanges') return { mode: 'suggesting' };
  if (protection !== undefined && protection !== 'none') {
    const allowed =
      protection === 'comments' ? 'only comments' : protection === 'forms' ? 'only filling in forms' : 'only reading';
    return { mode: 'viewing', readOnlyBecause: `This document is protected: its author allows ${allowed}.` };
  }
  return { mode: tracksRevisions ? 'suggesting' : 'editing' };
}
