import { Button } from '@fluentui/react-components';
import { PlugDisconnected20Regular } from '@fluentui/react-icons';
import type { MicrosoftIntegration } from '@megdocs/contract';
import { type ReactNode, useState } from 'react';
import { CopyButton } from '../ui/copy-button.tsx';
import { Facts } from '../ui/settings.tsx';
import { Signal } from '../ui/status.tsx';
import { Ago, Coming, Day } from '../ui/time.tsx';
import { ConnectForm } from './connect-form.tsx';
import { DisconnectDialog } from './disconnect-dialog.tsx';
import styles from './microsoft.module.css';
import { WaitingDocuments } from './waiting-documents.tsx';

interface ConnectionBoxProps {
  integration: MicrosoftIntegration;
  returnTo: string;
}

/** The first box of the page is the state, in all of them. */
export function ConnectionBox({ integration, returnTo }: ConnectionBoxProps) {
  if (integration.notAllowed) return <NotAllowed integration={integration} returnTo={returnTo} />;
  if (integration.status === 'connected') return <Connected integration={integration} />;
  if (integration.status === 'reconnect-needed')
    return <ReconnectNeeded integration={integration} returnTo={returnTo} />;
  return <NotConnected integration={integration} returnTo={returnTo} />;
}

function NotConnected({ integration, returnTo }: ConnectionBoxProps) {
  return (
    <section className={styles.box} aria-label="State of the connection">
      <Head
        icon={<PlugDisconnected20Regular aria-hidden="true" />}
        title="Not connected"
        action={<ConnectForm label="Connect to Microsoft" returnTo={returnTo} blocked={!integration.configured} />}
      >
        {integration.configured ? (
          'Takes about a minute. You sign in at Microsoft; we never see your password.'
        ) : (
          <span id="not-configured">
            Microsoft 365 is not set up for this MEGDocs yet. The people who run it have to register it at Microsoft
            first; an institution admin sees what is needed under Administration.
          </span>
        )}
      </Head>
    </section>
  );
}

function Connected({ integration }: { integration: MicrosoftIntegration }) {
  const [asking, setAsking] = useState(false);
  return (
    <section className={styles.box} aria-label="State of the connection">
      <Head
        icon={<Signal kind="ok" />}
        title="Connected"
        action={<Button onClick={() => setAsking(true)}>Disconnect</Button>}
      >
        {integration.disconnectWhenCleanedUp ? (
          <>
            Will be disconnected when the clean-up is done
            {integration.cleanUpDoneAbout && (
              <>
                {' '}
                (about <Coming at={integration.cleanUpDoneAbout} />, if nothing more is saved)
              </>
            )}
          </>
        ) : integration.lastUsedAt ? (
          <>
            Last used <Ago at={integration.lastUsedAt} />
          </>
        ) : (
          'Not used yet'
        )}
      </Head>
      <RenewalTrouble integration={integration} />
      <AccountFacts integration={integration} />
      {asking && <DisconnectDialog integration={integration} onClose={() => setAsking(false)} />}
    </section>
  );
}

/** Said for those who wonder; there is nothing for them to do. */
function RenewalTrouble({ integration: { renewalTrouble } }: { integration: MicrosoftIntegration }) {
  if (!renewalTrouble) return null;
  const { problem, nextAttemptAt } = renewalTrouble;
  return (
    <div className={styles.part}>
      <h2 className={styles.partTitle}>Renewing it did not work just now</h2>
      <p>
        {sentence(problem.title)} MEGDocs goes on trying by itself
        {nextAttemptAt && (
          <>
            {' '}
            (next <Coming at={nextAttemptAt} />)
          </>
        )}
        ; nothing is lost, and you have nothing to do.
      </p>
      <p className={styles.quiet}>Reference {problem.reference}</p>
    </div>
  );
}

/** No reconnect helps: another account does, or another rule. */
function NotAllowed({ integration, returnTo }: ConnectionBoxProps) {
  const [asking, setAsking] = useState(false);
  const { problem, waiting } = integration;
  return (
    <section className={`${styles.box} ${styles.amber}`} aria-label="State of the connection">
      <Head
        icon={<Signal kind="wait" />}
        title="Not admitted by your institution"
        action={<ConnectForm label="Connect another account" returnTo={returnTo} blocked={!integration.configured} />}
      >
        {problem && sentence(problem.title)} The connection rests and nothing of it is lost: if the account is admitted
        again, it goes on by itself.
      </Head>
      {waiting.length > 0 && (
        <div className={styles.part}>
          <h2 className={styles.partTitle}>Waiting for it</h2>
          <WaitingDocuments integration={integration} />
        </div>
      )}
      <AccountFacts integration={integration} />
      {problem && (
        <div className={styles.part}>
          <p>{problem.youCan}</p>
          <p className={styles.quiet}>Reference {problem.reference}</p>
        </div>
      )}
      <div className={styles.part}>
        <Button size="small" onClick={() => setAsking(true)}>
          Disconnect
        </Button>
      </div>
      {asking && <DisconnectDialog integration={integration} onClose={() => setAsking(false)} />}
    </section>
  );
}

function ReconnectNeeded({ integration, returnTo }: ConnectionBoxProps) {
  const [asking, setAsking] = useState(false);
  const { problem, waiting } = integration;
  return (
    <section className={`${styles.box} ${styles.amber}`} aria-label="State of the connection">
      <Head
        icon={<Signal kind="wait" />}
        title="Reconnect needed"
        action={<ConnectForm label="Reconnect" returnTo={returnTo} blocked={!integration.configured} />}
      >
        {problem ? sentence(problem.title) : 'Microsoft no longer accepts the connection.'} Nothing is lost and nothing
        is retried until you reconnect.
      </Head>
      {problem?.youCan && (
        <div className={styles.part}>
          <h2 className={styles.partTitle}>What you can do</h2>
          <p>{problem.youCan}</p>
        </div>
      )}
      {waiting.length > 0 && (
        <div className={styles.part}>
          <h2 className={styles.partTitle}>Waiting for it</h2>
          <WaitingDocuments integration={integration} />
        </div>
      )}
      <AccountFacts integration={integration} />
      {problem && (
        <div className={styles.part}>
          {problem.administratorMust && (
            <>
              <h2 className={styles.partTitle}>What your administrator must do</h2>
              <p>{problem.administratorMust}</p>
            </>
          )}
          {problem.noteForAdministrator && (
            <p className={styles.copyNote}>
              <CopyButton
                text={problem.noteForAdministrator}
                label="Copy the note"
                name="Note for your IT department"
              />
            </p>
          )}
          <p className={styles.quiet}>
            Since <Ago at={problem.at} />. Reference {problem.reference}
          </p>
        </div>
      )}
      <div className={styles.part}>
        <Button size="small" onClick={() => setAsking(true)}>
          Disconnect
        </Button>
      </div>
      {asking && <DisconnectDialog integration={integration} onClose={() => setAsking(false)} />}
    </section>
  );
}

/** A title has no full stop; within a text it needs one. */
const sentence = (title: string): string => (/[.?]$/.test(title) ? title : `${title}.`);

interface HeadProps {
  icon: ReactNode;
  title: string;
  action: ReactNode;
  children: ReactNode;
}
function Head({ icon, title, action, children }: HeadProps) {
  return (
    <div className={styles.head}>
      <span className={styles.icon}>{icon}</span>
      <div className={styles.words}>
        <p className={styles.state}>{title}</p>
        <p>{children}</p>
      </div>
      <div className={styles.action}>{action}</div>
    </div>
  );
}

function AccountFacts({ integration }: { integration: MicrosoftIntegration }) {
  const { account, connectedAt, renewedAt, lastUsedAt, status } = integration;
  const facts: [string, ReactNode][] = [];
  if (account) facts.push(['Account', account.name], ['Address', account.address]);
  if (account?.organisation) facts.push(['Organisation', account.organisation]);
  if (connectedAt) facts.push(['Connected', <Day key="at" date={connectedAt} />]);
  // The tokens of the first hour came with the connection itself.
  if (renewedAt && renewedAt !== connectedAt && status === 'connected')
    facts.push([
      'Renewed',
      <span key="at">
        <Ago at={renewedAt} />, by itself
      </span>,
    ]);
  if (lastUsedAt && status === 'reconnect-needed') facts.push(['Last used', <Ago key="at" at={lastUsedAt} />]);
  return (
    <div className={styles.part}>
      <Facts facts={facts} />
    </div>
  );
}
