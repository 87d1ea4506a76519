import { Button, Checkbox } from '@fluentui/react-components';
import { type EditSession, fill, pages } from '@megdocs/contract';
import { Link } from 'react-router';
import { useWidth } from '../ui/layout.ts';
import { PersonName } from '../ui/people.tsx';
import { Signal } from '../ui/status.tsx';
import { Ago, Since, useNow } from '../ui/time.tsx';
import { connectionInWords, notCheckedInFor } from './session-words.ts';
import styles from './sessions.module.css';

interface Props {
  sessions: readonly EditSession[];
  onDecide: (session: EditSession) => void;
  chosen: ReadonlySet<string>;
  onChoose: (ids: readonly string[], chosen: boolean) => void;
}

export function SessionTable({ sessions, onDecide, chosen, onChoose }: Props) {
  const wide = useWidth() === 'wide';
  return (
    <table className={styles.table} aria-label="Open edit sessions">
      <colgroup>
        <col className={styles.colTick} />
        <col />
        <col className={styles.colWho} />
        <col className={styles.colSince} />
        {wide ? <col className={styles.colSaved} /> : null}
        <col className={styles.colConnection} />
        <col className={styles.colUnchecked} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">
            <TickAll sessions={sessions} chosen={chosen} onChoose={onChoose} />
          </th>
          <th scope="col">Document</th>
          <th scope="col">Who</th>
          <th scope="col" aria-sort="ascending">
            Since
          </th>
          {wide ? <th scope="col">Last save</th> : null}
          <th scope="col">Connection</th>
          <th scope="col">Not checked in for</th>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <tr key={session.id}>
            <td>
              <Tick session={session} chosen={chosen} onChoose={onChoose} />
            </td>
            <td>
              <Link to={fill(pages.document, { id: session.document.id })} className={styles.title}>
                {session.document.title}
              </Link>
              <span className={styles.number}>{session.document.number}</span>
            </td>
            <td>
              <Who session={session} />
            </td>
            <td>
              <Since at={session.startedAt} />
            </td>
            {wide ? (
              <td>
                {session.lastSavedAt ? (
                  <Ago at={session.lastSavedAt} />
                ) : (
                  <span className={styles.quiet}>none yet</span>
                )}
              </td>
            ) : null}
            <td>
              <Connection session={session} />
            </td>
            <td>
              <Unchecked session={session} onDecide={onDecide} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type Ticks = Pick<Props, 'chosen' | 'onChoose'>;

function TickAll({ sessions, chosen, onChoose }: Ticks & { sessions: readonly EditSession[] }) {
  const count = sessions.filter(({ id }) => chosen.has(id)).length;
  return (
    <Checkbox
      aria-label="Tick all"
      checked={count === 0 ? false : count === sessions.length ? true : 'mixed'}
      onChange={(_, data) =>
        onChoose(
          sessions.map(({ id }) => id),
          data.checked !== false,
        )
      }
    />
  );
}

export function Tick({ session, chosen, onChoose }: Ticks & { session: EditSession }) {
  return (
    <Checkbox
      aria-label={`Tick ${session.document.number}`}
      checked={chosen.has(session.id)}
      onChange={(_, data) => onChoose([session.id], data.checked === true)}
    />
  );
}

export function Who({ session }: { session: EditSession }) {
  const others = session.editors.filter((editor) => editor.personId !== session.starter.id).length;
  return (
    <span className={styles.who}>
      <PersonName name={session.starter.name} />
      {others > 0 ? <span className={styles.quiet}>and {others} more</span> : null}
    </span>
  );
}

export function Connection({ session }: { session: EditSession }) {
  const { kind, text } = connectionInWords(session);
  return (
    <span className={`${styles.connection} ${styles[kind] ?? ''}`} title={session.problem ?? undefined}>
      {kind === 'ok' ? <span className={styles.dot} aria-hidden /> : <Signal kind={kind} />}
      <span>
        {text}
        {session.notLiveSince ? (
          <>
            {' '}
            since <Since at={session.notLiveSince} />
          </>
        ) : null}
      </span>
    </span>
  );
}

export function Unchecked({ session, onDecide }: { session: EditSession; onDecide: (session: EditSession) => void }) {
  const unchecked = notCheckedInFor(session, useNow());
  if (session.may.decide) {
    return (
      <Button size="small" aria-label={`Decide about ${session.document.number}`} onClick={() => onDecide(session)}>
        Decide…
      </Button>
    );
  }
  if (!unchecked) return <span className={styles.quiet}>nothing new</span>;
  return <span className={unchecked.long ? styles.long : undefined}>{unchecked.text}</span>;
}
