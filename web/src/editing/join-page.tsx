import { Person16Regular } from '@fluentui/react-icons';
import { fill, pages } from '@megdocs/contract';
import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import { namesInWords } from '../documents/words.ts';
import { FailureBox } from '../ui/failure.tsx';
import { Logo } from '../ui/logo.tsx';
import styles from './open.module.css';
import { rememberedTitle } from './remembered-title.ts';
import { useJoining } from './use-joining.ts';

/** The tab that becomes Word for a colleague: lets them into the shared copy, and leaves for it. */
export default function JoinPage() {
  const { id = '' } = useParams();
  const { session, answer, error, webUrl, again } = useJoining(id);
  const [remembered] = useState(() => rememberedTitle(localStorage, id));
  const name = session ? `${session.document.number} ${session.document.title}` : (remembered ?? 'the document');
  const title = error === undefined ? `Joining in ${name}…` : `You could not join in ${name}`;
  useEffect(() => {
    document.title = `${title} · MEGDocs`;
  }, [title]);
  useEffect(() => {
    // Without a trace in the history: "back" from Word should not join once more.
    if (webUrl) window.location.replace(webUrl);
  }, [webUrl]);
  const here = session ? fill(pages.document, { id: session.document.id }) : pages.documents;
  return (
    <div className={styles.page}>
      <main className={styles.column}>
        <Logo size={32} />
        <h1>{title}</h1>
        {error === undefined ? (
          <>
            <p className={styles.lead}>
              The shared copy
              {session ? ` in the OneDrive of ${namesInWords([session.starter.name])}` : ''} opens in this tab by
              itself. You both see what the other types.
            </p>
            {answer?.account ? (
              <p className={styles.account}>
                <Person16Regular aria-hidden />
                <span>
                  Use <strong>{answer.account}</strong> if Microsoft asks who you are.
                </span>
              </p>
            ) : null}
            {answer?.problem ? (
              <p role="status" className={styles.problem}>
                {answer.problem}
              </p>
            ) : null}
          </>
        ) : (
          <FailureBox error={error} assertive onRetry={again}>
            <Link to={here}>Go to the document</Link>
          </FailureBox>
        )}
      </main>
      <footer className={styles.foot}>
        Nothing is lost if you close this tab: join again from <Link to={here}>the document’s page</Link>.
      </footer>
    </div>
  );
}
