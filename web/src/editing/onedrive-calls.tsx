import { Button } from '@fluentui/react-components';
import { type OnedriveCall, onedriveCalls } from '@megdocs/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getJson } from '../ui/api.ts';
import { Busy } from '../ui/busy.tsx';
import { Empty } from '../ui/empty.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { Signal } from '../ui/status.tsx';
import { Ago } from '../ui/time.tsx';
import { groupCalls } from './group-calls.ts';
import styles from './onedrive-calls.module.css';

interface Props {
  route: string;
  /** IT sees whose connection it was, and in whose OneDrive. */
  withPeople?: boolean;
}

/** Every call of MEGDocs on files in Microsoft 365, newest first; older ones on demand. */
export function OnedriveCalls({ route, withPeople = false }: Props) {
  const query = useInfiniteQuery({
    queryKey: ['onedrive-calls', route],
    queryFn: ({ pageParam, signal }) =>
      getJson(pageParam === null ? route : `${route}?before=${pageParam}`, onedriveCalls, signal),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.before,
  });
  const calls = query.data?.pages.flatMap((page) => page.calls) ?? [];
  const days = query.data?.pages[0]?.keptDays;
  return (
    <>
      {query.error ? <FailureBox error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Busy sentence="Fetching what was done…" /> : null}
      {query.data && calls.length === 0 ? (
        <Empty sentence="MEGDocs has done nothing in OneDrive yet. Each call stands here from the first edit on." />
      ) : null}
      {calls.length > 0 ? <CallTable calls={calls} withPeople={withPeople} /> : null}
      {query.hasNextPage ? (
        <Button
          className={styles.more}
          disabledFocusable={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Show older ones
        </Button>
      ) : null}
      {days && calls.length > 0 ? <p className={styles.quiet}>Each call is kept for {days} days.</p> : null}
    </>
  );
}

function CallTable({ calls, withPeople }: { calls: readonly OnedriveCall[]; withPeople: boolean }) {
  return (
    <table className={styles.table} aria-label="Calls on files in Microsoft 365">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">What</th>
          {withPeople ? <th scope="col">Connection of</th> : null}
          <th scope="col">Outcome</th>
        </tr>
      </thead>
      <tbody>
        {groupCalls(calls).map(({ call, count, since }) => (
          <tr key={call.id}>
            <td>
              <Ago at={call.at} />
            </td>
            <td>
              {call.what}
              {count > 1 ? (
                <span className={styles.file}>
                  {count} times, first <Ago at={since} />
                </span>
              ) : null}
              {call.file ? <span className={styles.file}>{call.file}</span> : null}
              <Elsewhere call={call} />
            </td>
            {withPeople ? <td>{call.by.name}</td> : null}
            <td>
              <Outcome call={call} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A colleague's connection read the copy because the starter's could not. */
function Elsewhere({ call }: { call: OnedriveCall }) {
  if (call.by.id === call.owner.id) return null;
  return (
    <span className={styles.file}>
      in the OneDrive of {call.owner.name}, with the connection of {call.by.name}
    </span>
  );
}

function Outcome({ call }: { call: OnedriveCall }) {
  return (
    <span className={styles.outcome}>
      <span className={styles.said}>
        <Signal kind={call.ok ? 'ok' : 'wait'} /> {call.outcome}
      </span>
      {call.requestId ? <code className={styles.id}>{call.requestId}</code> : null}
    </span>
  );
}
