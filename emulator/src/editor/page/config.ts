/** What the server tells the page about the document and the person. */
export interface PageConfig {
  kind: 'word' | 'excel' | 'powerpoint';
  documentUrl: string;
  tab: string;
  name: string;
  mayWrite: boolean;
  author: string;
  account: string;
}

export function readConfig(): PageConfig {
  return JSON.parse(document.body.dataset.config ?? '{}');
}
