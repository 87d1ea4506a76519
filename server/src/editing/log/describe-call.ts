/** What a call on somebody's files did, in their words, and the file where its address names one. */
export interface DescribedCall {
  what: string;
  file: string | null;
}

interface Sentence {
  method?: string;
  path: RegExp;
  what: string;
}

/** The first that fits; the paths are Graph's, without version and query. */
const SENTENCES: readonly Sentence[] = [
  { method: 'PUT', path: /:\/content$|\/content$/, what: 'Put the document into OneDrive' },
  { path: /createUploadSession$/, what: 'Began to put a large document into OneDrive' },
  { method: 'PUT', path: /^\(pre-authenticated\)$/, what: 'Put a part of a large document into OneDrive' },
  { method: 'DELETE', path: /^\(pre-authenticated\)$/, what: 'Gave up putting a large document into OneDrive' },
  { method: 'GET', path: /^\(pre-authenticated\)$/, what: 'Fetched what was saved' },
  { method: 'GET', path: /\/content$/, what: 'Fetched what was saved' },
  { method: 'GET', path: /\/versions(\/|$)/, what: 'Looked which versions Microsoft keeps of the document' },
  { method: 'GET', path: /\/delta(\(|$)/, what: 'Asked which of the documents were saved' },
  { path: /^\/subscriptions/, what: 'Arranged to be told of saves' },
  { method: 'GET', path: /\/permissions(\/|$)/, what: 'Looked who may open the document' },
  { method: 'POST', path: /\/invite$/, what: 'Let a colleague open the document' },
  { method: 'DELETE', path: /\/permissions\//, what: "Took a colleague's access away" },
  { method: 'PATCH', path: /\/permissions\//, what: "Changed a colleague's access" },
  { method: 'POST', path: /permanentDelete$/, what: 'Deleted the copy for good' },
  { method: 'DELETE', path: /\/items\/[^/]+$/, what: 'Put the copy into the recycle bin' },
  { method: 'DELETE', path: /root:/, what: 'Put the copy into the recycle bin' },
  { method: 'PATCH', path: /\/items\/[^/]+$/, what: 'Renamed the copy' },
  { method: 'POST', path: /\/children$/, what: 'Made a folder for the document' },
  { method: 'GET', path: /\/children$/, what: 'Looked whether the folder is empty' },
  { method: 'GET', path: /root:/, what: 'Looked whether the copy is there' },
  { method: 'GET', path: /\/items\/[^/]+$/, what: 'Looked whether the document was saved' },
  { method: 'GET', path: /^\/(me\/drive|drives\/[^/]+)$/, what: 'Looked whether the OneDrive is there' },
  { method: 'GET', path: /^\/me$/, what: 'Read name and address of the account' },
];

export function describeCall(method: string, label: string): DescribedCall {
  const path = label.replace(/^\/(v1\.0|beta)(?=\/)/, '');
  const sentence = SENTENCES.find((one) => (one.method ?? method) === method && one.path.test(path));
  return { what: sentence?.what ?? `Another call (${method})`, file: fileIn(path) };
}

/** Only the last name of a path: the folder before it is a key of ours. */
function fileIn(path: string): string | null {
  const [, names] = /root:\/(.+?)(?::|$)/.exec(path) ?? [];
  const last = names?.split('/').at(-1);
  if (last === undefined) return null;
  try {
    return decodeURIComponent(last).slice(0, 400);
  } catch {
    return null;
  }
}
