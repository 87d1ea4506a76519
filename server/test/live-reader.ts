import type { TestClient } from './client.ts';

/** A browser's stream of live news, over a real connection. */
export interface LiveReader {
  status: number;
  /** "event data" of everything that came, beats left out. */
  heard: string[];
  /** Resolves when the server has ended the stream. */
  ended: Promise<void>;
  close(): void;
}

export async function readLive(address: string, client: TestClient): Promise<LiveReader> {
  const cut = new AbortController();
  const cookie = [...client.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const answer = await fetch(`${address}/api/live`, { headers: { cookie }, signal: cut.signal });
  const heard: string[] = [];
  const read = async () => {
    if (answer.status !== 200) return void (await answer.body?.cancel());
    let text = '';
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const [event = '', data = ''] = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        if (event !== 'event: beat') heard.push(`${event.slice(7)} ${data.slice(6)}`);
      }
    }
  };
  return { status: answer.status, heard, ended: read().catch(() => {}), close: () => cut.abort() };
}
