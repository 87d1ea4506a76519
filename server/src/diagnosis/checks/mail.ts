import { connectMailServer } from '../../platform/mail.ts';
import { type Check, failure, found, notTested, ok, warning } from '../finding.ts';
import { mailFigures } from '../store.ts';

const WHY = 'Invitations, new passwords and news do not leave MEGDocs. The copyable links still work.';

export const mail: Check = {
  id: 'mail',
  title: 'Mail',
  needs: [],
  explainedBy: ['environment'],
  async run({ config, database }) {
    if (!config.mail)
      return notTested('Mail is not set up. Everything works without it; SMTP_URL and MAIL_FROM set it up.');
    const server = connectMailServer(config.mail);
    const posted = await server.verify().finally(() => server.close());
    if (posted.result !== 'sent') {
      const signIn = posted.why.startsWith('EAUTH');
      return found([
        failure(
          signIn ? 'mail_sign_in_refused' : 'mail_unreachable',
          `The mail server that SMTP_URL names ${signIn ? 'refuses the name or password' : 'can not be reached'} (${posted.why}).`,
          WHY,
          signIn
            ? 'Correct name and password in SMTP_URL; special characters must be percent-encoded.'
            : 'Check host, port and smtp:// or smtps:// in SMTP_URL, and that this machine may connect to it.',
        ),
      ]);
    }
    const figures = typeof database === 'string' ? undefined : await mailFigures(database.db).catch(() => undefined);
    if (figures && figures.failing > 0)
      return found([
        warning(
          'mail_not_delivered',
          `The mail server answers, but ${figures.failing} mails could not be delivered (${figures.lastError ?? 'unknown'}).`,
          WHY,
          'Check that it takes mail from MAIL_FROM, and the addresses of the people concerned.',
        ),
      ]);
    return ok(
      `The mail server takes our sign-in.${figures ? ` ${figures.sent} mails sent in the last day, ${figures.waiting} waiting.` : ''}`,
    );
  },
};
