import { Button } from '@fluentui/react-components';
import { fill, routes, type SignInSession, signInSessions } from '@megdocs/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { announce } from '../ui/announce.tsx';
import { getJson, send } from '../ui/api.ts';
import { Busy } from '../ui/busy.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { Settings } from '../ui/settings.tsx';
import { signOut } from '../ui/sign-out.ts';
import { Ago } from '../ui/time.tsx';
import styles from './accounts.module.css';

const key = ['my-sessions'];

export default function SessionsPage() {
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => getJson(routes.mySessions, signInSessions, signal),
  });
  return (
    <Settings
      area="account"
      title="Sessions"
      lead="Browsers in which you are signed in to MEGDocs. End those that you don’t know or no longer use; documents that you have open in Word are not touched."
    >
      {query.isPending && <Busy sentence="Loading your sessions" />}
      {query.error && <FailureBox error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <ul className={styles.rows}>
          {query.data.sessions.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      )}
    </Settings>
  );
}

function SessionRow({ session }: { session: SignInSession }) {
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () => send('DELETE', fill(routes.mySession, { id: session.id })),
    onSuccess: async () => {
      announce(`The session in ${session.browser} has ended.`);
      await queries.invalidateQueries({ queryKey: key });
    },
  });
  return (
    <li>
      <div>
        <p className={styles.strong}>
          {session.browser}
          {session.current && <span className={styles.quiet}>, this browser</span>}
        </p>
        <p className={styles.quiet}>
          From {session.address} · signed in <Ago at={session.startedAt} /> · last seen <Ago at={session.lastSeenAt} />
        </p>
        {end.error && <FailureBox error={end.error} />}
      </div>
      {session.current ? (
        <Button onClick={() => void signOut()}>Sign out</Button>
      ) : (
        <Button
          aria-label={`End the session in ${session.browser}`}
          disabledFocusable={end.isPending}
          onClick={() => end.mutate()}
        >
          End
        </Button>
      )}
    </li>
  );
}
