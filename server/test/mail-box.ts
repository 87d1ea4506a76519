import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

interface ReceivedMail {
  to: string[];
  /** As it came over the wire. */
  raw: string;
  /** Both bodies with their quoted-printable and base64 undone. */
  text: string;
  header(name: string): string | undefined;
}

/** A real mail server on this machine, and what became of the mails that reached it. */
export interface MailBox {
  url: string;
  received: ReceivedMail[];
  /** How the next ones are answered: with this SMTP code, after everything was sent. Null: taken. */
  answer(code: number | null, times?: number): void;
  /** Takes connections and signs nobody in. */
  close(): Promise<void>;
}

const MAIL_USER = { name: 'megdocs', password: 'mail-password-7f31' };

export async function startMailBox(): Promise<MailBox> {
  const received: ReceivedMail[] = [];
  const answers: number[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      username === MAIL_USER.name && password === MAIL_USER.password
        ? done(null, { user: username })
        : done(new Error('Authentication failed')),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const code = answers.shift();
        if (code !== undefined) return done(Object.assign(new Error('not now'), { responseCode: code }));
        received.push(readMail(session, Buffer.concat(chunks).toString('latin1')));
        done();
      });
    },
  });
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  return {
    url: `smtp://${MAIL_USER.name}:${MAIL_USER.password}@127.0.0.1:${port}`,
    received,
    answer(code, times = 1) {
      answers.length = 0;
      if (code !== null) answers.push(...Array<number>(times).fill(code));
    },
    close: () => new Promise((done) => server.close(() => done())),
  };
}

function readMail(session: SMTPServerSession, raw: string): ReceivedMail {
  const [head = ''] = raw.split('\r\n\r\n');
  const headers = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return {
    to: session.envelope.rcptTo.map(({ address }) => address),
    raw,
    text: decodeBodies(raw),
    header: (name) =>
      headers
        .find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
        ?.slice(name.length + 1)
        .trim(),
  };
}

function decodeBodies(raw: string): string {
  return raw
    .split(/\r\n--[^\r\n]+/)
    .map((part) => {
      const at = part.indexOf('\r\n\r\n');
      const [head, body] = [part.slice(0, at), part.slice(at + 4)];
      if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
      if (!/quoted-printable/i.test(head)) return body;
      const bytes = body
        .replace(/=\r\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      return Buffer.from(bytes, 'latin1').toString('utf8');
    })
    .join('\n');
}
