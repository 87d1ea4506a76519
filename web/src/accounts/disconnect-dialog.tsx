import { Button, Link as OutsideLink } from '@fluentui/react-components';
import { type MicrosoftIntegration, routes } from '@megdocs/contract';
import { Sheet } from '../ui/sheet.tsx';
import { Coming } from '../ui/time.tsx';
import styles from './microsoft.module.css';
import { WaitingDocuments } from './waiting-documents.tsx';

interface DisconnectDialogProps {
  integration: MicrosoftIntegration;
  onClose: () => void;
}

/** Offers first to wait for the clean-up; "now" is always possible, and says what it leaves behind. */
export function DisconnectDialog({ integration, onClose }: DisconnectDialogProps) {
  const { waiting, account, cleanUpDoneAbout, consentUrl, disconnectWhenCleanedUp, status } = integration;
  const mayWait = waiting.length > 0 && status === 'connected' && !disconnectWhenCleanedUp;
  return (
    <Sheet
      open
      title={`Disconnect ${account?.address ?? 'your Microsoft account'}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Stay connected</Button>
          <DisconnectForm when="now" label="Disconnect now" primary={!mayWait} />
          {mayWait && (
            <DisconnectForm
              when="cleaned-up"
              label={
                <>
                  When the clean-up is done
                  {cleanUpDoneAbout && (
                    <>
                      {' '}
                      (about <Coming at={cleanUpDoneAbout} skipFocus />)
                    </>
                  )}
                </>
              }
              primary
            />
          )}
        </>
      }
    >
      <p>
        MEGDocs forgets your Microsoft account: its keys to your OneDrive are erased here at once. Your versions and
        checkpoints stay. You can’t edit in Microsoft 365 until you connect again.
      </p>
      {waiting.length > 0 && (
        <div>
          <p>A working copy of these documents is still in your OneDrive:</p>
          <WaitingDocuments integration={integration} />
        </div>
      )}
      {mayWait && (
        <p>
          <strong>When the clean-up is done</strong>: late saves are still collected and the copies deleted, then the
          account is disconnected. Documents that are open in Word have to be checked in or discarded first.
        </p>
      )}
      {waiting.length > 0 && (
        <p>
          <strong>Now</strong>: what is saved so far is collected. An open document then waits for a document
          controller’s decision, and copies that can’t be deleted in time stay in the folder MEGDocs of your OneDrive.
        </p>
      )}
      <p className={styles.quiet}>
        Microsoft still remembers that you allowed MEGDocs.{' '}
        {consentUrl && (
          <>
            You take that back{' '}
            <OutsideLink inline href={consentUrl} target="_blank" rel="noreferrer">
              at Microsoft (new tab)
            </OutsideLink>
            .
          </>
        )}
      </p>
    </Sheet>
  );
}

function DisconnectForm({ when, label, primary }: { when: string; label: React.ReactNode; primary: boolean }) {
  return (
    <form method="post" action={routes.disconnect} className={styles.wideForm}>
      <input type="hidden" name="when" value={when} />
      <Button type="submit" appearance={primary ? 'primary' : 'secondary'}>
        {label}
      </Button>
    </form>
  );
}
