import { Refused, type sendClose } from '../api.ts';

type Address = Pick<Parameters<typeof sendClose>[0], 'documentUrl' | 'tab'>;

export interface FieldContent<View> {
  tag: string;
  mayWrite: boolean;
  /** Null while `after` is still the newest. */
  view: View | null;
}

export interface FieldSave<Value> {
  base: string;
  changes: { key: string; value: Value; edit: number }[];
}

export interface SaveAnswer {
  tag: string;
  lost: string[];
  overwritten: { key: string; by: string }[];
}

// Browsers refuse longer bodies on requests that outlive the page.
const LARGEST_KEEPALIVE = 60_000;
const TIME_LIMIT_MS = 30_000;

export async function fetchFields<View>({ documentUrl }: Address, after?: string): Promise<FieldContent<View>> {
  const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
  const response = await fetch(`${documentUrl}/content${query}`, {
    cache: 'no-store',
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  });
  if (!response.ok) throw await refusalOf(response);
  return response.json();
}

export async function sendFields<Value>({ documentUrl, tab }: Address, save: FieldSave<Value>): Promise<SaveAnswer> {
  const body = JSON.stringify({ ...save, tab });
  const response = await fetch(`${documentUrl}/fields`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    keepalive: new Blob([body]).size < LARGEST_KEEPALIVE,
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  });
  if (!response.ok) throw await refusalOf(response);
  return response.json();
}

async function refusalOf(response: Response): Promise<Refused> {
  const body = await response.json().catch(() => undefined);
  const message = body?.error?.message ?? 'The server has a problem.';
  return new Refused(response.status, body?.error?.code ?? 'unknown', message);
}
