import { Button, Field, Link as OutsideLink, Radio, RadioGroup } from '@fluentui/react-components';
import { type MicrosoftIntegration, routes } from '@megdocs/contract';
import { useId, useState } from 'react';
import { Sheet } from '../ui/sheet.tsx';
import { comingWords } from '../ui/time-words.ts';
import styles from './microsoft.module.css';
import { WaitingDocuments } from './waiting-documents.tsx';

interface DisconnectDialogProps {
  integration: MicrosoftIntegration;
  onClose: () => void;
}

/** Offers first to wait for the clean-up; "now" is always possible, and says what it leaves behind. */
export function DisconnectDialog({ integration, onClose }: DisconnectDialogProps) {
  const { waiting, account, consentUrl, disconnectWhenCleanedUp, status } = integration;
  const mayWait = waiting.length > 0 && status === 'connected' && !disconnectWhenCleanedUp;
  const [when, setWhen] = useState<'cleaned-up' | 'now'>(mayWait ? 'cleaned-up' : 'now');
  const form = useId();
  return (
    <Sheet
      open
      title={`Disconnect ${account?.address ?? 'your Microsoft account'}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Stay connected</Button>
          <Button type="submit" form={form} appearance="primary">
            {mayWait ? 'Disconnect' : 'Disconnect now'}
          </Button>
        </>
      }
    >
      <form id={form} method="post" action={routes.disconnect}>
        <input type="hidden" name="when" value={when} />
      </form>
      <p>
        MEGDocs then erases its keys to your OneDrive. Your versions and checkpoints stay. You can’t edit in Microsoft
        365 until you connect again.
      </p>
      {waiting.length > 0 && (
        <div>
          <p>A working copy of these documents is still in your OneDrive:</p>
          <WaitingDocuments integration={integration} />
        </div>
      )}
      {mayWait ? (
        <When integration={integration} when={when} onChange={setWhen} />
      ) : (
        waiting.length > 0 && <p>{whatNowMeans}</p>
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

const whatNowMeans =
  'What is saved so far is collected. An open document then waits for a document controller’s decision, and copies that can’t be deleted in time stay in the folder MEGDocs of your OneDrive.';

interface WhenProps {
  integration: MicrosoftIntegration;
  when: 'cleaned-up' | 'now';
  onChange: (when: 'cleaned-up' | 'now') => void;
}
function When({ integration, when, onChange }: WhenProps) {
  const about = integration.cleanUpDoneAbout;
  const time = about ? ` (about ${comingWords(new Date(about), new Date())})` : '';
  return (
    <Field label="When">
      <RadioGroup value={when} onChange={(_, data) => onChange(data.value === 'now' ? 'now' : 'cleaned-up')}>
        <Radio
          value="cleaned-up"
          label={
            <>
              When the clean-up is done{time}
              <span className={styles.hint}>
                Late saves are still collected and the copies deleted. A document that is open in Word is checked in or
                discarded first.
              </span>
            </>
          }
        />
        <Radio
          value="now"
          label={
            <>
              Now
              <span className={styles.hint}>{whatNowMeans}</span>
            </>
          }
        />
      </RadioGroup>
    </Field>
  );
}
