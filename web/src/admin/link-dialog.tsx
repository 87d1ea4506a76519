import { Button } from '@fluentui/react-components';
import type { OneTimeLink } from '@megdocs/contract';
import { CopyButton } from '../ui/copy-button.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Coming } from '../ui/time.tsx';
import styles from './admin.module.css';

interface LinkDialogProps {
  link: OneTimeLink;
  name: string;
  purpose: 'invitation' | 'password-reset';
  onClose: () => void;
}

/** A one-time link, shown this once: only its hash is kept. */
export function LinkDialog({ link, name, purpose, onClose }: LinkDialogProps) {
  return (
    <Sheet
      open
      title={purpose === 'invitation' ? `Invitation for ${name}` : `New password for ${name}`}
      onClose={onClose}
      actions={
        <Button appearance="primary" onClick={onClose}>
          {link.mailedTo === null ? 'Close, I have passed it on' : 'Close'}
        </Button>
      }
    >
      {link.mailedTo === null ? (
        <p>
          Mail is not set up here. Give this link to {name} and to nobody else: whoever opens it first chooses the
          password. It works once, until <Coming at={link.expiresAt} skipFocus />.
        </p>
      ) : (
        <p>
          A mail with this link is on its way to {link.mailedTo}. If it does not arrive, give the link to {name}{' '}
          yourself, and to nobody else: whoever opens it first chooses the password. It works once, until{' '}
          <Coming at={link.expiresAt} skipFocus />.
        </p>
      )}
      <div className={styles.copyBox}>
        <code className="mono">{link.link}</code>
        <CopyButton text={link.link} name="The one-time link" />
      </div>
      <p className={styles.quiet}>It is not shown again. If it gets lost, make a new one from the person’s menu.</p>
    </Sheet>
  );
}
