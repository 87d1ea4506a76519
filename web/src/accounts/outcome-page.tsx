import { connectOutcome, fill, pages, routes } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useParams } from 'react-router';
import { announce } from '../ui/announce.tsx';
import { ApiFailure, getJson } from '../ui/api.ts';
import { Busy } from '../ui/busy.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { Frame, PageHead } from '../ui/frame.tsx';
import { localPath } from '../ui/local-path.ts';
import { ConnectionFailed } from './connection-failed.tsx';
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
    staleTime: Number.POSITIVE_INFINITY,
  });
  const outcome = query.data;
  if (outcome?.result === 'connected') return <Navigate to={localPath(outcome.returnTo) ?? pages.microsoft} replace />;
  const title = outcome?.problem.title ?? 'Connecting to Microsoft';
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
        {outcome && (
          <ConnectionFailed problem={outcome.problem} returnTo={localPath(outcome.returnTo) ?? pages.microsoft} />
        )}
      </div>
    </Frame>
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
