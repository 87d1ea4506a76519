import { request } from '../ui/api.ts';

/** Fetches a file with the page's session and reports how much of it is here. */
export async function fetchContent(
  address: string,
  signal: AbortSignal,
  progress: (received: number) => void,
): Promise<ArrayBuffer> {
  const response = await request(address, { signal });
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    received += value.byteLength;
    progress(received);
  }
  return await new Blob(parts).arrayBuffer();
}
