import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';

export interface Notice {
  status: number;
  title: string;
  text: string;
}

const STYLE = `
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f3f2f1; color: #242424;
  font: 15px/1.5 "Segoe UI", system-ui, sans-serif; }
main { max-width: 28rem; margin: 1rem; padding: 2rem 2.25rem; background: #fff; border-radius: 4px;
  box-shadow: 0 2px 6px rgb(0 0 0 / 20%); }
h1 { margin: 0 0 .75rem; font-size: 1.4rem; font-weight: 600; }
p { margin: 0 0 .75rem; }
.who, .emulator { color: #605e5c; font-size: .85rem; margin: 0; }
@media (prefers-color-scheme: dark) { body { background: #1f1f1f; color: #eee; } main { background: #2b2b2b; }
  .who, .emulator { color: #bbb; } }`;

/** A plain page in Microsoft's manner that says why there is no editor. */
export function sendNotice(reply: FastifyReply, notice: Notice, signedInAs?: string): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  const who = signedInAs ? `<p class="who">You are signed in as ${escapeHtml(signedInAs)}.</p>` : '';
  return reply
    .code(notice.status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'self'`,
      'x-content-type-options': 'nosniff',
    })
    .send(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(notice.title)}</title><style nonce="${nonce}">${STYLE}</style></head>
<body><main><h1>${escapeHtml(notice.title)}</h1><p>${escapeHtml(notice.text)}</p>${who}
<p class="emulator">Microsoft 365 emulator</p></main></body></html>`);
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
