import { createTransport } from 'nodemailer';

export interface MailSettings {
  /** smtp:// or smtps://, with name and password where the server wants them. */
  url: string;
  from: string;
}

/** One mail to one person: paragraphs, and at most one link. */
export interface Letter {
  /** The same for every attempt at one mail, so that a mail server can tell a repetition. */
  id: string;
  to: { name: string; address: string };
  subject: string;
  paragraphs: string[];
  link?: { address: string; words: string };
}

/** What became of one attempt; `refused` means that another one would end alike. */
type Posted = { result: 'sent' } | { result: 'refused' | 'failed'; why: string };

export interface MailServer {
  /** Hands it over; never throws. */
  post(letter: Letter): Promise<Posted>;
  /** Connects and signs in without sending anything. */
  verify(): Promise<Posted>;
  close(): void;
}

const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;
/** An attempt has ended by then, however it went: who holds a mail longer has died. */
export const LONGEST_ATTEMPT_SECONDS = 180;

/** The mail server that SMTP_URL names. Certificates are checked; STARTTLS is used where it is offered. */
export function connectMailServer({ url, from }: MailSettings): MailServer {
  const domain = /@([^\s<>@]+)>?$/.exec(from)?.[1] ?? 'megdocs.invalid';
  const patience = { connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: SILENCE_MS };
  const transport = createTransport({ url, ...patience, disableUrlAccess: true, disableFileAccess: true }, { from });
  return {
    post: (letter) =>
      attempt(() =>
        transport.sendMail({
          messageId: `<${letter.id}@${domain}>`,
          to: letter.to,
          subject: letter.subject,
          text: textOf(letter),
          html: htmlOf(letter),
          // Nobody's absence note answers a machine.
          headers: { 'Auto-Submitted': 'auto-generated' },
        }),
      ),
    verify: () => attempt(() => transport.verify()),
    close: () => transport.close(),
  };
}

async function attempt(work: () => Promise<unknown>): Promise<Posted> {
  try {
    await work();
    return { result: 'sent' };
  } catch (error) {
    const { code, responseCode } = error as { code?: string; responseCode?: number };
    // 5yz about the recipient or the content is a verdict; about us (sign-in, relaying) it is mended and tried again.
    const ofMail = code === 'EENVELOPE' || code === 'EMESSAGE';
    const refused = ofMail && responseCode !== undefined && responseCode >= 500;
    return { result: refused ? 'refused' : 'failed', why: reasonOf(code, responseCode) };
  }
}

/** Code names and numbers alone: a server's answer may repeat addresses, and what stood in the mail. */
function reasonOf(code: string | undefined, responseCode: number | undefined): string {
  return [code ?? 'unknown', responseCode].filter((part) => part !== undefined).join(' ');
}

function textOf({ paragraphs, link }: Letter): string {
  return [...paragraphs, ...(link ? [`${link.words}:\n${link.address}`] : [])].join('\n\n');
}

function htmlOf({ subject, paragraphs, link }: Letter): string {
  const body = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`);
  if (link) {
    const address = escapeHtml(link.address);
    body.push(`<p><a href="${address}">${escapeHtml(link.words)}</a></p>`, `<p style="color:#616161">${address}</p>`);
  }
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>`,
    `<body style="font-family:Segoe UI,Arial,sans-serif;font-size:15px;line-height:1.5;max-width:36em">`,
    ...body,
    '</body></html>',
  ].join('\n');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}
