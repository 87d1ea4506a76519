import type { DocumentDetail } from '@megdocs/contract';
import { sizeInWords } from '../documents/words.ts';

export interface OpeningStep {
  state: 'done' | 'running' | 'to-do';
  text: string;
}

export interface Opening {
  document: Pick<DocumentDetail, 'version' | 'size' | 'app'> | undefined;
  /** The server has started the edit session. */
  started: boolean;
  /** Word's address is known. */
  ready: boolean;
}

/** What is done, is being done and is still to do until Word opens: only what is really known. */
export function openingSteps({ document, started, ready }: Opening): OpeningStep[] {
  const app = document?.app ?? 'Word';
  const file = document ? `${document.version}, ${sizeInWords(document.size)}` : 'the document';
  return [
    started
      ? { state: 'done', text: 'You may edit it, and nobody else is' }
      : { state: 'running', text: 'May you edit it, and is nobody else?' },
    ready
      ? { state: 'done', text: `Uploaded ${file}` }
      : { state: started ? 'running' : 'to-do', text: started ? `Uploading ${file}` : `Upload ${file}` },
    { state: ready ? 'running' : 'to-do', text: `Open in ${app}` },
  ];
}

/** Word's address from the server's answer, only where a browser may be sent: never a script. */
export function leadsToWord(webUrl: string | null | undefined): string | null {
  if (!webUrl || !URL.canParse(webUrl)) return null;
  return ['https:', 'http:'].includes(new URL(webUrl).protocol) ? webUrl : null;
}
