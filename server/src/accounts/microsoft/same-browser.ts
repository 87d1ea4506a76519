import { timingSafeEqual } from 'node:crypto';
import { sha256 } from '../../platform/random.ts';

/** Whether a flow was begun in the browser that shows this token; only the token's hash was kept. */
export function isSameBrowser(flow: { browser_hash: Uint8Array }, browserToken: string | undefined): boolean {
  return browserToken !== undefined && timingSafeEqual(flow.browser_hash, sha256(browserToken));
}
