import type { PageConfig } from './config.ts';

export interface SavedBlock {
  key: string;
  to?: string;
  xml: string | null;
  was?: string;
}

export interface Content {
  bytes: ArrayBuffer;
  tag: string;
  mode: 'editing' | 'suggesting' | 'viewing';
  readOnlyBecause: string;
}

/** What changed in one text: the body, a header, a footer, the notes. */
export interface StorySave {
  stale: Record<string, string>;
  staleBlocks: Record<string, string>;
  blocks: SavedBlock[];
  deleted: string[];
  /** New pictures and addresses of links, by the names under which the blocks refer to them. */
  pictures: Record<string, { type: string; base64: string }>;
  links: Record<string, string>;
}

/** A piece of text in one paragraph. */
export interface CommentPlace {
  key: string;
  from: number;
  text: string;
}

export interface CommentChanges {
  added: { id: number; parent?: number; text: string[]; places: CommentPlace[] }[];
  deleted: number[];
  resolved: { id: number; done: boolean }[];
}

export interface Save extends StorySave {
  base: string;
  sequence: number;
  stories: Record<string, StorySave & { add?: { kind: string; type: string } }>;
  comments: CommentChanges;
}

/** The server refused; `message` is meant for the person who is typing. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

// Browsers refuse longer bodies on requests that outlive the page.
const LARGEST_KEEPALIVE = 60_000;
const TIME_LIMIT_MS = 30_000;

export async function fetchContent({ documentUrl, tab }: PageConfig): Promise<Content> {
  const response = await fetch(`${documentUrl}/content`, {
    cache: 'no-store',
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  });
  if (!response.ok) throw await refusalOf(response);
  const header = (name: string) => decodeURIComponent(response.headers.get(name) ?? '');
  const mode = header('x-editor-mode');
  if (mode !== 'viewing') void sendHeartbeat({ documentUrl, tab });
  return {
    bytes: await response.arrayBuffer(),
    tag: header('x-editor-tag'),
    mode: mode === 'viewing' || mode === 'suggesting' ? mode : 'editing',
    readOnlyBecause: header('x-editor-reason'),
  };
}

export interface SaveAnswer {
  tag: string;
  lost: string[];
  /** The stored document holds more than what was sent. */
  merged: boolean;
  /** The ids of new headers and footers by the names that they were sent under. */
  stories: Record<string, string>;
}

export async function sendSave(config: PageConfig, save: Save): Promise<SaveAnswer> {
  const body = JSON.stringify({ ...save, author: config.author, tab: config.tab });
  const response = await fetch(`${config.documentUrl}/blocks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    keepalive: new Blob([body]).size < LARGEST_KEEPALIVE,
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  });
  if (!response.ok) throw await refusalOf(response);
  return response.json();
}

/** Tells the server that the document is still open here; one that is missed does no harm. */
export async function sendHeartbeat({ documentUrl, tab }: Pick<PageConfig, 'documentUrl' | 'tab'>): Promise<void> {
  await fetch(`${documentUrl}/heartbeat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tab }),
  }).catch(() => undefined);
}

export function sendClose({ documentUrl, tab }: PageConfig): void {
  navigator.sendBeacon(`${documentUrl}/close`, new Blob([JSON.stringify({ tab })], { type: 'application/json' }));
}

async function refusalOf(response: Response): Promise<Refused> {
  const body = await response.json().catch(() => undefined);
  const message = body?.error?.message ?? 'The server has a problem.';
  return new Refused(response.status, body?.error?.code ?? 'unknown', message);
}
