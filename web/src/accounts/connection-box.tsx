import { Button } from '@fluentui/react-components';
import { PlugDisconnected20Regular } from '@fluentui/react-icons';
import type { MicrosoftIntegration } from '@megdocs/contract';
import { type ReactNode, useState } from 'react';
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

/** The first box of the page is the state, in all three. */
export function ConnectionBox({ integration, returnTo }: ConnectionBoxProps) {
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
      <AccountFacts integration={integration} />
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
      {waiting.length > 0 && (
        <div className={styles.part}>
          <h2 className={styles.partTitle}>Waiting for it</h2>
          <WaitingDocuments integration={integration} />
        </div>
      )}
      <AccountFacts integration={integration} />
      {problem && (problem.administratorMust || problem.noteForAdministrator) && (
        <div className={styles.part}>
          <p>{problem.administratorMust}</p>
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
