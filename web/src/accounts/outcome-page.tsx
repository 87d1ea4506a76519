import { type ConnectOutcome, connectOutcome, fill, pages, routes } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useParams } from 'react-router';
import { announce } from '../ui/announce.tsx';
import { ApiFailure, getJson } from '../ui/api.ts';
import { Busy } from '../ui/busy.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { Frame, PageHead } from '../ui/frame.tsx';
import { localPath } from '../ui/local-path.ts';
import { ConnectionFailed } from './connection-failed.tsx';
import { HeldAccount } from './held-account.tsx';
import styles from './outcome.module.css';

/** Where Microsoft's answer ends: connected goes on at once, anything else says what happened and whose turn it is. */
export default function OutcomePage() {
  const { id = '' } = useParams();
  const query = useQuery({
    queryKey: ['connect-outcome', id],
    queryFn: async ({ signal }) => {
      const outcome = await getJson(fill(routes.connectOutcome, { id }), connectOutcome, signal);
      if (outcome.result === 'connected') announce('Your Microsoft account is connected.');
      return outcome;
    },
    // What was decided stays; a question is asked anew, because what has to come first may be done meanwhile.
    staleTime: ({ state }) => (state.data?.result === 'held' ? 0 : Number.POSITIVE_INFINITY),
  });
  const outcome = query.data;
  if (outcome?.result === 'connected') return <Navigate to={localPath(outcome.returnTo) ?? pages.microsoft} replace />;
  const title = titleOf(outcome);
  return (
    <Frame
      title={title}
      shortTitle="Connect"
      back={pages.microsoft}
      breadcrumb={[
        { label: 'Account settings', to: pages.profile },
        { label: 'Microsoft', to: pages.microsoft },
        { label: 'Connect' },
      ]}
    >
      <div className={styles.page}>
        <PageHead title={title} showOnPhone />
        {query.isPending && <Busy sentence="Reading Microsoft’s answer" />}
        {query.error && <Gone error={query.error} />}
        {outcome?.result === 'held' && <HeldAccount held={outcome} />}
        {outcome?.result === 'approved' && <Approved />}
        {outcome?.result === 'failed' && (
          <ConnectionFailed problem={outcome.problem} returnTo={localPath(outcome.returnTo) ?? pages.microsoft} />
        )}
      </div>
    </Frame>
  );
}

function titleOf(outcome: ConnectOutcome | undefined): string {
  if (outcome?.result === 'failed') return outcome.problem.title;
  if (outcome?.result === 'held') return 'Which Microsoft account do you want to use?';
  return outcome?.result === 'approved' ? 'MEGDocs is approved for your organisation' : 'Connecting to Microsoft';
}

/** What Microsoft said; whether it counts for a person shows when they connect. */
function Approved() {
  return (
    <p>
      Microsoft says that the permissions were granted for everybody in the tenant. People can connect their accounts
      now. <Link to={pages.administrationMicrosoft}>Back to Administration, Microsoft 365</Link>
    </p>
  );
}

function Gone({ error }: { error: unknown }) {
  if (!(error instanceof ApiFailure && error.code === 'not_found')) return <FailureBox error={error} />;
  return (
    <p>
      This answer is shown for ten minutes, and only in the browser that asked.{' '}
      <Link to={pages.microsoft}>See how your connection stands now</Link>.
    </p>
  );
}
