import type { FileKind } from '../file-kinds.ts';

/** What a look into a file told. */
export interface InspectedFile {
  kind: FileKind;
  contentType: string;
  /** Insertions, deletions, moves and changes of format that nobody accepted or rejected yet (Word). */
  trackedChanges: number;
  comments: number;
  authorsOfChanges: string[];
  /** Word shows it as protected against editing. */
  protected: boolean;
  /** Holds a digital signature, which any edit breaks. */
  signed: boolean;
}

export async function inspectFile(_path: string, _fileName: string): Promise<InspectedFile> {
  throw new Error('not built yet');
}
